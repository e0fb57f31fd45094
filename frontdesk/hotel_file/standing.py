"""Rules between the file and what stands in the database and is not in the file.

The file's own checks see the file alone; a row that it does not name stays, and counts.
"""

from collections.abc import Iterator

from billing import currency
from billing.tariff_book import others_with
from frontdesk.hotel_file.faults import Fault, HotelFileFaults
from frontdesk.hotel_file.schema import HotelFile
from hotelpbx.refusals import Refusal
from rooms.models import Property
from wakeups.numbers import clashes

_ADVICE = "; what the file does not name stays: name it, or load with --prune"


def must_keep_currency(path: str, file: HotelFile) -> None:
    """Before anything is written.

    :raises HotelFileFaults: there is money in another currency
    """
    stored = Property.objects.filter(code=file.hotel.code).first()
    try:
        if stored is not None:
            currency.must_keep(stored, file.hotel.currency)
    except Refusal as refusal:
        fault = Fault(path, "[property]", "currency", refusal.detail)
        raise HotelFileFaults([fault]) from None


def must_be_sound(path: str, hotel: Property) -> None:
    """After everything is written, in the same transaction.

    :raises HotelFileFaults: the hotel as it is now breaks a rule
    """
    faults = [Fault(path, table, key, reason + _ADVICE) for table, key, reason in _broken(hotel)]
    if faults:
        raise HotelFileFaults(faults)


def _broken(hotel: Property) -> Iterator[tuple[str, str, str]]:
    for words in clashes(hotel):
        yield "", "", words
    for words in currency.too_fine(hotel, hotel.currency):
        yield "[property]", "currency", f"{hotel.currency} is too coarse: {words}"
    for tariff in hotel.tariffs.all():
        for other in others_with(hotel, tariff.name, tariff.trunks):
            if other.name > tariff.name:
                told = f"{tariff.name} and {other.name} have a trunk in common"
                yield "[[tariffs]]", "trunks", told
