from urllib.parse import urlsplit

from django.db import migrations, models


def trust_what_was_entered(apps, schema_editor):
    """What is stored was entered for the address beside it, as pbx.models.destination tells it."""
    for pbx in apps.get_model("pbx", "Pbx").objects.all():
        parts = urlsplit(pbx.url)
        scheme = parts.scheme.lower()
        port = parts.port or {"http": 80, "https": 443}.get(scheme)
        checked = f" verify_tls={pbx.verify_tls}" if scheme == "https" else ""
        pbx.entrusted_to = f"{scheme}://{(parts.hostname or '').lower()}:{port}{checked}"
        pbx.save(update_fields=["entrusted_to"])


class Migration(migrations.Migration):

    dependencies = [
        ("pbx", "0006_ring"),
    ]

    operations = [
        migrations.AddField(
            model_name="pbx",
            name="entrusted_to",
            field=models.CharField(blank=True, default="", max_length=600),
        ),
        migrations.AddField(
            model_name="pbxlink",
            name="token_fingerprint",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.RunPython(trust_what_was_entered, migrations.RunPython.noop),
    ]
