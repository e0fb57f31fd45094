"""TLS to a PBX with a self-signed certificate, as most have."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pbx import errors
from pbx.client.transport import HttpTransport, Limits
from tests.pbx.wire_server import listening, serving, text

SUCCESS = '{"status":"Success"}'
LIMITS = Limits(connect=2, read=2, overall=4)


def certificate(folder: Path, address: str = "127.0.0.1") -> Path:
    """A self-signed certificate for an address, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Yeastar S100")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{address}.pem"
    file.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


def context(file: Path) -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    return tls


def ask(port: int, verify_tls: bool | str) -> str:
    url = f"https://127.0.0.1:{port}"
    return HttpTransport(url, verify_tls=verify_tls, limits=LIMITS).post("logout", {}, {})


@pytest.mark.parametrize("verify_tls", [True, "true"])
def test_a_certificate_of_the_pbx_s_own_is_not_trusted_by_itself(
    tmp_path: Path, verify_tls: bool | str
) -> None:
    with (
        serving(text(SUCCESS), context(certificate(tmp_path))) as server,
        pytest.raises(errors.CertificateRefused, match="verify_tls") as caught,
    ):
        ask(server.port, verify_tls)
    assert server.asked == []
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize("verify_tls", [False, "false", "False"])
def test_the_hotel_may_decide_not_to_look(tmp_path: Path, verify_tls: bool | str) -> None:
    with serving(text(SUCCESS), context(certificate(tmp_path))) as server:
        assert ask(server.port, verify_tls) == SUCCESS


def test_a_ca_file_makes_it_trusted(tmp_path: Path) -> None:
    file = certificate(tmp_path)
    with serving(text(SUCCESS), context(file)) as server:
        assert ask(server.port, str(file)) == SUCCESS


def test_another_host_s_certificate_is_not_trusted(tmp_path: Path) -> None:
    file = certificate(tmp_path, "127.0.0.2")
    with (
        serving(text(SUCCESS), context(file)) as server,
        pytest.raises(errors.CertificateRefused),
    ):
        ask(server.port, str(file))
    assert server.asked == []


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
def test_a_ca_file_that_cannot_be_read_is_named(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with (
        serving(text(SUCCESS), context(certificate(tmp_path))) as server,
        pytest.raises(errors.CertificateRefused, match=r"ca\.pem"),
    ):
        ask(server.port, str(file))


def test_https_to_a_plain_port_is_a_wrong_address() -> None:
    with serving(text(SUCCESS)) as server, pytest.raises(errors.WrongAddress):
        ask(server.port, True)
    assert server.asked == []


def test_a_connection_that_ends_in_the_middle_of_tls_is_tried_again() -> None:
    def hang_up(connection: socket.socket) -> None:
        connection.recv(1)

    with listening(hang_up) as port, pytest.raises(errors.ConnectionLost):
        ask(port, True)
