"""Logins and where they work: the rules for the desk's pages and the command line.

A login belongs to one person, who works at a hotel because the login was created there or because
they have accepted an invitation. A manager creates and resets logins of their own hotel only.
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
    """The member of staff, or invited person, with this user name."""
    return property_.staff.select_related("user").filter(user__username=name).first()


def has_no_other_hotel(user: User, property_: Property) -> bool:
    """Whether the hotel's managers may set the password of ``user``, who works nowhere else."""
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
    """Create a login. A ``temporary`` password must be changed at the first sign-in."""
    with transaction.atomic():
        _lock(property_)
        user = User.objects.select_for_update().filter(username=name).first()
        if user is None:
            user = User(username=name)
        elif member_of(property_, name) is not None:
            raise invalid("/username", f"{name} already works here.")
        elif not _is_username_available(user, actor):
            raise invalid(
                "/username",
                "This name is taken. Choose another, or invite the person if they already work "
                "at another hotel on this server.",
            )
        _set_password(user, password, temporary=temporary)
        member = StaffMember.objects.create(user=user, property=property_, role=role)
        _note(property_, actor, "staff login", user, {"role": role, "password": "changed"})
    return member


def invite(property_: Property, name: str, role: str, *, actor: Actor) -> StaffMember:
    """Invite somebody with a login elsewhere; they work here once they accept."""
    with transaction.atomic():
        _lock(property_)
        if member_of(property_, name) is not None:
            raise invalid("/username", f"{name} already works here or is invited.")
        user = User.objects.filter(username=name, is_active=True, is_superuser=False).first()
        if user is None or not user.desks.exists():
            raise invalid("/username", "No one on this server has this user name: check it.")
        member = StaffMember.objects.create(user=user, property=property_, role=role, pending=True)
        _note(property_, actor, "invite", user, {"role": role})
    return member


def answer_invitation(member: StaffMember, *, accepted: bool, actor: Actor) -> None:
    """Accept or decline an invitation."""
    with transaction.atomic():
        property_ = member.property
        # It may have been withdrawn or answered in the meantime.
        row = StaffMember.objects.select_for_update().filter(pk=member.pk, pending=True).first()
        if row is None:
            raise Refusal("invalid_transition", "This invitation is no longer open.")
        if accepted:
            row.pending = False
            row.save(update_fields=["pending"])
        else:
            row.delete()
        act = "accept invitation" if accepted else "decline invitation"
        _note(property_, actor, act, member.user, {"role": member.role} if accepted else {})


def change_role(member: StaffMember, role: str, *, actor: Actor) -> None:
    """Change the role in the same hotel."""
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
    """Reset a password. The user is signed out, and chooses a new one at the next sign-in."""
    with transaction.atomic():
        row = _locked(member)
        _must_not_be_self(row, actor, "Change your own password on your account page.")
        if not has_no_other_hotel(row.user, row.property):
            raise invalid(
                "/password",
                "This user also works elsewhere and must change the password themselves.",
            )
        _set_password(row.user, password, temporary=temporary)
        _note(row.property, actor, "staff login", row.user, {"password": "changed"})


def change_own_password(user: User, current: str, password: str, *, actor: Actor) -> None:
    """Change one's own password, given the current one. Sessions elsewhere end."""
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        verify_current_password(row, current)
        if current == password:
            raise invalid("/password", "The new password must differ from the current one.")
        _set_password(row, password, temporary=False)
        note_in_all_hotels(row, actor, "change own password")
    user.password = row.password


def verify_current_password(user: User, password: str) -> None:
    """Refuse a wrong current password."""
    if not user.check_password(password):
        raise invalid("/current", "This is not your current password.")


def remove_member(member: StaffMember, *, actor: Actor) -> None:
    """Remove a member of staff or an invitation.

    A user who works nowhere else can no longer sign in.
    """
    with transaction.atomic():
        row = _locked(member)
        _must_not_be_self(row, actor, "Another manager must remove your login.")
        _must_not_be_the_last(row)
        user = row.user
        row.delete()
        if not user.is_superuser and not user.desks.filter(pending=False).exists():
            user.desks.all().delete()  # invitations of a disabled user
            User.objects.filter(pk=user.pk).update(is_active=False)
        _note(row.property, actor, "take login away", user, {}, {"role": row.role})


def must_change_password(user: User) -> bool:
    """Whether somebody else has set the password."""
    return TemporaryPassword.objects.filter(user=user).exists()


def hotels_of(user: User) -> list[Property]:
    """The hotels in which a user works; invitations do not count."""
    return list(Property.objects.filter(staff__user=user, staff__pending=False).order_by("name"))


def note_in_all_hotels(user: User, actor: Actor, act: str) -> None:
    """Write to the history of each hotel in which the user works; else to the server's."""
    hotels: list[Property | None] = [*hotels_of(user)]
    for property_ in hotels or [None]:
        _note(property_, actor, act, user, {})


def _is_username_available(user: User, actor: Actor) -> bool:
    """Whether a name that is no longer in use may be reused.

    The server's administrator may also assign a login that works nowhere.
    """
    if user.is_superuser or user.desks.exists():
        return False
    return not user.is_active or actor.kind == "system"


def _lock(property_: Property) -> None:
    """One change of a hotel's staff at a time, so that two managers cannot remove each other."""
    Property.objects.select_for_update(no_key=True).get(pk=property_.pk)


def _locked(member: StaffMember) -> StaffMember:
    _lock(member.property)
    row = StaffMember.objects.select_related("user", "property").filter(pk=member.pk).first()
    if row is None:
        raise Refusal("invalid_transition", "This login has been removed in the meantime.")
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
        f"{member.user} is the last manager of {member.property}: "
        "make someone else a manager first.",
    )


def _set_password(user: User, password: str, *, temporary: bool) -> None:
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise invalid("/password", " ".join(fault.messages)) from None
    user.set_password(
        password
    )  # ends the user's sessions: they contain a digest of the old password
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
