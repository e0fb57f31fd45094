"""Base of all settings forms."""

from typing import Any, ClassVar

import pydantic
from django.db import models, transaction

from configuration.hotel_file.tables import Table
from configuration.hotel_file.validation_messages import reason_of
from frontdesk.guard.merging import MergingForm
from rooms.audit import Actor, note
from rooms.models import Property


class TableForm(MergingForm):
    """One table of the hotel file as a form.

    Input is validated by the table itself (:mod:`configuration.hotel_file.tables`), so browser
    and file have the same rules. A subclass defines how a row is shown (:meth:`read`), how input
    maps to the file (:meth:`document`) and how it is saved (:meth:`write`).
    """

    table: ClassVar[type[Table]]
    # The keys of a row: set once, since the hotel file finds the row by them.
    naming: ClassVar[tuple[str, ...]] = ()
    # Fields with another key in the file.
    keys: ClassVar[dict[str, str]] = {}

    def __init__(
        self,
        data: Any,
        *,
        property_: Property,
        row: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.property = property_
        self.row = row
        super().__init__(data, initial=self.read(row) if row else initial or {})
        if row:
            for name in self.naming:
                self.fields[name].disabled = True

    def read(self, row: Any) -> dict[str, Any]:
        """A row as shown in the form and stored in the audit trail: JSON, without secrets."""
        raise NotImplementedError

    def document(self, typed: dict[str, Any]) -> dict[str, Any]:
        """The input, by field name, as in the hotel file."""
        return typed

    def write(self, values: Any, actor: Actor) -> models.Model:
        """Save the validated ``values`` (the table); returns the row."""
        raise NotImplementedError

    def check(self, values: Any) -> None:
        """Rules between this row and others: :meth:`add_error`."""

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        document = {
            self.keys.get(name, name): value for name, value in self.document(typed).items()
        }
        self.values: Any = None
        try:
            self.values = self.table.model_validate(document)
        except pydantic.ValidationError as error:
            self._add_table_errors(error)
        if not self.errors:
            self.check(self.values)
        return typed

    def save(self, actor: Actor) -> None:
        """Save the row and record the changes in the audit trail, in one transaction.

        Raises :class:`~hotelpbx.refusals.Refusal` if the state of the hotel forbids it.
        """
        before = self.read(self.row) if self.row else {}
        with transaction.atomic():
            row = self.write(self.values, actor)
            row.refresh_from_db()
            after = {**self.read(row), **self.secrets_changed()}
            changed = [name for name, value in after.items() if before.get(name) != value]
            if changed:
                note(
                    self.property,
                    actor,
                    "change settings" if self.row else "add settings",
                    audit_name(row),
                    before={name: before[name] for name in changed if name in before},
                    after={name: after[name] for name in changed},
                )
        # Each of many rows then has its own transaction.
        transaction.on_commit(self.after_saving)

    def after_saving(self) -> None:
        """What to do after the commit."""

    def secrets_changed(self) -> dict[str, str]:
        """For the audit trail: which secrets have changed, never their values."""
        return {}

    def _add_table_errors(self, error: pydantic.ValidationError) -> None:
        """Show each fault of the table at its field, unless the field already has an error."""
        names = {key: name for name, key in self.keys.items()}
        for found in error.errors(include_url=False):
            key = str(found["loc"][0])
            name = names.get(key, key)
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, as_sentence(reason_of(found)))


def as_sentence(reason: str) -> str:
    """``must be …`` → ``Must be ….``"""
    return f"{reason[:1].upper()}{reason[1:]}."


def audit_name(row: models.Model) -> str:
    """The name of a row in the audit trail: ``PBX:main``."""
    return f"{row._meta.verbose_name}:{row}"


def save_row(model: type[models.Model], row: Any, values: dict[str, Any]) -> Any:
    """Update ``row`` with ``values``, or create it."""
    if row is None:
        return model._default_manager.create(**values)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row
