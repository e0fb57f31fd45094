"""Rules between the file and rows of the database that the file does not name.

The other checks see only the file; rows that it does not name are kept and count, too.
"""

from collections.abc import Iterator

from billing import currency
from billing.tariff_book import tariffs_sharing_trunks
from configuration.hotel_file.faults import Fault, HotelFileFaults
from configuration.hotel_file.schema import HotelFile
from hotelpbx.refusals import Refusal
from rooms.models import Property
from wakeups.dialed_numbers import clashes

_ADVICE = "; what the file does not name is kept: name it, or load with --prune"


def check_currency_unchanged(path: str, file: HotelFile) -> None:
    """Check before anything is written.

    :raises HotelFileFaults: there is money in another currency
    """
    stored = Property.objects.filter(code=file.hotel.code).first()
    try:
        if stored is not None:
            currency.check_no_transactions(stored, file.hotel.currency)
    except Refusal as refusal:
        fault = Fault(path, "[property]", "currency", refusal.detail)
        raise HotelFileFaults([fault]) from None


def check_stored_hotel(path: str, property_: Property) -> None:
    """Check after everything is written, in the same transaction.

    :raises HotelFileFaults: the hotel as it is now breaks a rule
    """
    faults = [
        Fault(path, table, key, reason + _ADVICE) for table, key, reason in _broken(property_)
    ]
    if faults:
        raise HotelFileFaults(faults)


def _broken(property_: Property) -> Iterator[tuple[str, str, str]]:
    for words in clashes(property_):
        yield "", "", words
    for words in currency.amounts_too_fine(property_, property_.currency):
        yield "[property]", "currency", f"{property_.currency} is too coarse: {words}"
    for tariff in property_.tariffs.all():
        for other in tariffs_sharing_trunks(property_, tariff.name, tariff.trunks):
            if other.name > tariff.name:
                told = f"{tariff.name} and {other.name} have a trunk in common"
                yield "[[tariffs]]", "trunks", told
