"""Who works where, and with what login: the rules below the desk's pages and the command line.

A login is one person's: a name works in a hotel because it was made there, or because its owner
has accepted an invitation. A manager makes and resets logins of his own people only.
"""

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from frontdesk.models import StaffMember, TemporaryPassword
from hotelpbx.clock import now
from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor, note
from rooms.models import Property

Role = StaffMember.Role


def member_of(property_: Property, name: str) -> StaffMember | None:
    """Who works, or is invited to work, in ``hotel`` by the user name."""
    return property_.staff.select_related("user").filter(user__username=name).first()


def has_no_other_hotel(user: User, property_: Property) -> bool:
    """Whether the managers of ``hotel`` may give ``user`` a password: he has no desk elsewhere."""
    return not user.is_superuser and not user.desks.exclude(property=property_).exists()


def add(
    property_: Property,
    name: str,
    role: str,
    password: str,
    *,
    actor: Actor,
    temporary: bool = True,
) -> StaffMember:
    """A new login. A ``temporary`` password is changed by its owner at his first sign-in."""
    with transaction.atomic():
        _lock(property_)
        user = User.objects.select_for_update().filter(username=name).first()
        if user is None:
            user = User(username=name)
        elif member_of(property_, name) is not None:
            raise invalid("/username", f"{name} works here already.")
        elif not _is_username_available(user, actor):
            raise invalid(
                "/username",
                "This name is taken. Choose another one; if it is somebody who works at another "
                "hotel of this server, invite him.",
            )
        _set_password(user, password, temporary=temporary)
        member = StaffMember.objects.create(user=user, property=property_, role=role)
        _note(property_, actor, "staff login", user, {"role": role, "password": "changed"})
    return member


def invite(property_: Property, name: str, role: str, *, actor: Actor) -> StaffMember:
    """Ask somebody who has a login elsewhere; he works here once he has accepted."""
    with transaction.atomic():
        _lock(property_)
        if member_of(property_, name) is not None:
            raise invalid("/username", f"{name} works here already, or is invited.")
        user = User.objects.filter(username=name, is_active=True, is_superuser=False).first()
        if user is None or not user.desks.exists():
            raise invalid("/username", "Nobody works anywhere here by this name: check it.")
        member = StaffMember.objects.create(user=user, property=property_, role=role, pending=True)
        _note(property_, actor, "invite", user, {"role": role})
    return member


def answer_invitation(member: StaffMember, *, accepted: bool, actor: Actor) -> None:
    """The person himself says yes or no."""
    with transaction.atomic():
        property_ = member.property
        # One that was withdrawn or answered meanwhile is not there any more.
        row = StaffMember.objects.select_for_update().filter(pk=member.pk, pending=True).first()
        if row is None:
            raise Refusal("invalid_transition", "This invitation is not open any more.")
        if accepted:
            row.pending = False
            row.save(update_fields=["pending"])
        else:
            row.delete()
        act = "accept invitation" if accepted else "decline invitation"
        _note(property_, actor, act, member.user, {"role": member.role} if accepted else {})


def change_role(member: StaffMember, role: str, *, actor: Actor) -> None:
    """Another role in the same hotel."""
    with transaction.atomic():
        row = _locked(member)
        if row.role == role:
            return
        _must_not_be_self(row, actor, "Another manager must change your own role.")
        _must_not_be_the_last(row)
        before = row.role
        row.role = role
        row.save(update_fields=["role"])
        _note(row.property, actor, "staff login", row.user, {"role": role}, {"role": before})


def reset_password(
    member: StaffMember, password: str, *, actor: Actor, temporary: bool = True
) -> None:
    """A password for somebody who forgot his: he is signed out, and chooses his own next time."""
    with transaction.atomic():
        row = _locked(member)
        _must_not_be_self(row, actor, "Change your own password on the page of your account.")
        if not has_no_other_hotel(row.user, row.property):
            raise invalid(
                "/password", "This user also works elsewhere: he changes his password himself."
            )
        _set_password(row.user, password, temporary=temporary)
        _note(row.property, actor, "staff login", row.user, {"password": "changed"})


def change_own_password(user: User, current: str, password: str, *, actor: Actor) -> None:
    """The person himself, who knows the current one. Sessions elsewhere end by it."""
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        verify_current_password(row, current)
        if current == password:
            raise invalid("/password", "Choose another one than the present password.")
        _set_password(row, password, temporary=False)
        note_in_all_hotels(row, actor, "change own password")
    user.password = row.password


def verify_current_password(user: User, password: str) -> None:
    """Refuse who does not know the user's present password."""
    if not user.check_password(password):
        raise invalid("/current", "This is not your present password.")


def remove_member(member: StaffMember, *, actor: Actor) -> None:
    """Somebody no longer works here, or is no longer invited.

    Who works nowhere else can no longer sign in.
    """
    with transaction.atomic():
        row = _locked(member)
        _must_not_be_self(row, actor, "Another manager must take your login away.")
        _must_not_be_the_last(row)
        user = row.user
        row.delete()
        if not user.is_superuser and not user.desks.filter(pending=False).exists():
            user.desks.all().delete()  # an invitation to nobody
            User.objects.filter(pk=user.pk).update(is_active=False)
        _note(row.property, actor, "take login away", user, {}, {"role": row.role})


def must_change_password(user: User) -> bool:
    """Whether the password was given by somebody else."""
    return TemporaryPassword.objects.filter(user=user).exists()


def hotels_of(user: User) -> list[Property]:
    """Where a user works; invitations do not count."""
    return list(Property.objects.filter(staff__user=user, staff__pending=False).order_by("name"))


def note_in_all_hotels(user: User, actor: Actor, act: str) -> None:
    """Into the history of each hotel in which the user works; else into that of the server."""
    hotels: list[Property | None] = [*hotels_of(user)]
    for property_ in hotels or [None]:
        _note(property_, actor, act, user, {})


def _is_username_available(user: User, actor: Actor) -> bool:
    """Whether a name that somebody had may be given to somebody else.

    Who runs the server may also give a desk to a login that has none.
    """
    if user.is_superuser or user.desks.exists():
        return False
    return not user.is_active or actor.kind == "system"


def _lock(property_: Property) -> None:
    """One change of a hotel's staff at a time: two managers cannot take each other away."""
    Property.objects.select_for_update(no_key=True).get(pk=property_.pk)


def _locked(member: StaffMember) -> StaffMember:
    _lock(member.property)
    row = StaffMember.objects.select_related("user", "property").filter(pk=member.pk).first()
    if row is None:
        raise Refusal("invalid_transition", "This login was taken away meanwhile.")
    return row


def _must_not_be_self(member: StaffMember, actor: Actor, told: str) -> None:
    if actor.kind == "user" and member.user.username == actor.name:
        raise Refusal("invalid_transition", told)


def _must_not_be_the_last(member: StaffMember) -> None:
    managers = member.property.staff.filter(role=Role.MANAGER, pending=False, user__is_active=True)
    if not managers.filter(pk=member.pk).exists() or managers.exclude(pk=member.pk).exists():
        return
    raise Refusal(
        "invalid_transition",
        f"{member.user} is the last manager of {member.property}: make another one first.",
    )


def _set_password(user: User, password: str, *, temporary: bool) -> None:
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise invalid("/password", " ".join(fault.messages)) from None
    user.set_password(password)  # ends the user's sessions: they carry a digest of the old one
    user.is_active = True
    user.save()
    TemporaryPassword.objects.filter(user=user).delete()
    if temporary:
        TemporaryPassword.objects.create(user=user, given_at=now())


def _note(
    property_: Property | None,
    actor: Actor,
    act: str,
    user: User,
    after: dict[str, str],
    before: dict[str, str] | None = None,
) -> None:
    note(property_, actor, act, f"user:{user.username}", before=before, after=after)
