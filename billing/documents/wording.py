"""The fixed texts of printed folios in each language. Entered text is not translated."""

from dataclasses import dataclass
from typing import Final

from rooms.models import Property

LANGUAGES: Final = tuple(Property.Language.values)


@dataclass(frozen=True)
class Words:
    """The texts of one language, with names in braces filled in. ``code``: as in HTML."""

    code: str
    folio: str
    guest: str
    guests: str
    room: str
    rooms: str
    reference: str
    group: str
    arrival: str
    departure: str
    tax_number: str
    free_calls: str
    free_minutes: str
    free_amount: str
    # Columns of lines and payments.
    number: str
    when: str
    what: str
    tax: str
    amount: str
    method: str
    # Titles of parts, and remarks on settlement.
    parts: dict[str, str]
    settled: str
    not_settled: str
    nothing: str
    # Kinds of charges and payment methods.
    kinds: dict[str, str]
    methods: dict[str, str]
    refund: str
    # Descriptions of lines that are generated.
    call_to: str
    taken_back: str
    handed_over: str
    share: str
    reversed: str
    reversal: str
    from_stay: str
    # Sums.
    by_kind: str
    subtotal: str
    tax_rate: str
    tax_included: str
    tax_added: str
    total: str
    payments: str
    balance: str
    credit: str
    # Below each page.
    printed: str
    page: str


ENGLISH: Final = Words(
    code="en",
    folio="Folio",
    guest="Guest",
    guests="Guests",
    room="Room",
    rooms="Rooms",
    reference="Reference",
    group="Group",
    arrival="Arrival",
    departure="Departure",
    tax_number="Tax number",
    free_calls="Free calls",
    free_minutes="{used} of {given} minutes used, {spared} spared",
    free_amount="{used} used of {given}",
    number="No.",
    when="Date and time",
    what="Description",
    tax="Tax",
    amount="Amount",
    method="Payment",
    parts={"main": "Charges", "supplement": "Supplement", "late": "Late charges"},
    settled="No. {number}, settled {at}",
    not_settled="not settled yet",
    nothing="No charges.",
    kinds={"call": "Calls", "minibar": "Minibar", "other": "Other"},
    methods={"cash": "Cash", "card": "Card", "other": "Other"},
    refund="Refund",
    call_to="Call to {number}",
    taken_back="Reversed: {what}",
    handed_over="To {stays}: {what}",
    share="{what} (share of {whole})",
    reversed="reversed",
    reversal="reversal of no. {number}",
    from_stay="from stay {reference}",
    by_kind="Totals by kind",
    subtotal="Subtotal",
    tax_rate="Tax {rate} %",
    tax_included="included in the prices",
    tax_added="added to the prices",
    total="Total",
    payments="Payments",
    balance="Balance due",
    credit="Credit to the guest",
    printed="Printed {at}",
    page="Page {page} of {pages}",
)

CHINESE: Final = Words(
    code="zh-Hans",
    folio="账单",
    guest="宾客",
    guests="宾客",
    room="房号",
    rooms="房号",
    reference="预订号",
    group="团队",
    arrival="入住日期",
    departure="离店日期",
    tax_number="税号",
    free_calls="免费通话",
    free_minutes="已用 {used} / {given} 分钟，减免 {spared}",
    free_amount="已用 {used} / {given}",
    number="编号",
    when="日期时间",
    what="项目",
    tax="税额",
    amount="金额",
    method="付款方式",
    parts={"main": "消费明细", "supplement": "补充账单", "late": "离店后费用"},
    settled="第 {number} 号，{at} 结算",
    not_settled="尚未结算",
    nothing="无消费。",
    kinds={"call": "电话", "minibar": "迷你吧", "other": "其他"},
    methods={"cash": "现金", "card": "银行卡", "other": "其他"},
    refund="退款",
    call_to="电话 {number}",
    taken_back="冲销：{what}",
    handed_over="转至 {stays}：{what}",
    share="{what}（分摊自 {whole}）",
    reversed="已冲销",
    reversal="冲销第 {number} 号",
    from_stay="转自预订 {reference}",
    by_kind="分类合计",
    subtotal="小计",
    tax_rate="税 {rate}%",
    tax_included="价内含税",
    tax_added="价外加税",
    total="合计",
    payments="已付",
    balance="应付余额",
    credit="应退宾客",
    printed="打印时间 {at}",
    page="第 {page} 页，共 {pages} 页",
)

_BY_LANGUAGE: Final = {Property.Language.ENGLISH: ENGLISH, Property.Language.CHINESE: CHINESE}


def language_of(property_: Property, asked: str | None) -> str:
    """The requested language if it is one of :data:`LANGUAGES`, else the property's."""
    return asked if asked in LANGUAGES else property_.language


def words_in(language: str) -> Words:
    """The texts of one of :data:`LANGUAGES`."""
    return _BY_LANGUAGE[Property.Language(language)]
