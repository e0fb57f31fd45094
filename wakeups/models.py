"""Wake-up calls and each of their occasions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from rooms.models import Property, Stay
from wakeups.foreign_alarm import FoundAlarm as FoundAlarm
from wakeups.outcome.observations import Sign


class WakeUpSettings(models.Model):
    """``[wake_up_calls]`` of the hotel file."""

    property = models.OneToOneField(
        Property, on_delete=models.CASCADE, related_name="wake_up_settings"
    )
    prompt = models.CharField(max_length=64, blank=True, default="")
    repeats = models.PositiveSmallIntegerField(default=2)
    repeat_interval = models.PositiveSmallIntegerField(default=5, help_text="minutes")
    fallback_prompt = models.CharField(max_length=64, blank=True, default="")
    fallback_after = models.PositiveIntegerField(default=120, help_text="seconds")
    desk_extension = models.CharField(max_length=16, blank=True, default="")
    desk_prompt = models.CharField(max_length=64, blank=True, default="")
    # 0: the desk is called once only.
    desk_call_repeat = models.PositiveIntegerField(default=120, help_text="seconds")
    confirm_ivr = models.CharField(max_length=16, blank=True, default="")
    confirm_key = models.CharField(max_length=1, blank=True, default="1")
    confirm_calls = models.PositiveSmallIntegerField(default=2)
    confirm_repeat = models.PositiveIntegerField(default=60, help_text="seconds")
    # Empty: there is no snooze.
    snooze_key = models.CharField(max_length=1, blank=True, default="")
    snooze_minutes = models.PositiveSmallIntegerField(default=10)
    snoozes = models.PositiveSmallIntegerField(default=2)
    # Guests marked as VIP are called by a person, and after a while by the PBX (0: never).
    vip_by_person = models.BooleanField(default=False)
    vip_backup_after = models.PositiveSmallIntegerField(default=0, help_text="minutes")

    class Meta:
        verbose_name_plural = "wake-up settings"

    def __str__(self) -> str:
        return f"wake-up settings of {self.property}"


class WakeUpCall(models.Model):
    """What a guest asked for: a time of day, on one date or on several.

    ``due_at`` is the next occasion as an instant; null when there is none left.
    """

    class Recurrence(models.TextChoices):
        ONCE = "once"
        DAILY = "daily"
        WEEKDAYS = "weekdays"

    class Status(models.TextChoices):
        PENDING = "pending"
        RINGING = "ringing"
        COMPLETED = "completed"
        CONFIRMED = "confirmed"
        NO_ANSWER = "no_answer"
        UNKNOWN = "unknown"  # could not be observed
        FAILED = "failed"  # could not be placed in time
        CANCELLED = "cancelled"

    OPEN = (Status.PENDING, Status.RINGING)

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="wake_up_calls")
    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="wake_up_calls")
    date = models.DateField(help_text="the first day")
    time = models.TimeField(help_text="wall-clock time in the hotel")
    recurrence = models.CharField(max_length=16, choices=Recurrence, default=Recurrence.ONCE)
    weekdays = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    until = models.DateField(null=True)
    repeats = models.PositiveSmallIntegerField()
    repeat_interval = models.PositiveSmallIntegerField(help_text="minutes")
    confirm = models.BooleanField(default=False)
    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(status__in=["pending", "ringing"]),
                name="wake_up_call_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.time:%H:%M} for {self.stay}"


class Occasion(models.Model):
    """One morning of a wake-up call: what was placed on the PBX and what became of it.

    It is open until its outcome is known; not answered, not observed or not placed, it is an
    alarm at the desk until somebody has acknowledged it.
    """

    class State(models.TextChoices):
        PLACING = "placing"  # the PBX has been told, no answer yet
        PLACED = "placed"  # the PBX will ring by itself
        PERSON = "person"  # a person calls; an alarm on the PBX is but the backup
        RINGING = "ringing"  # it has rung, or we are calling
        ANSWERED = "answered"
        CONFIRMED = "confirmed"
        NO_ANSWER = "no_answer"
        UNKNOWN = "unknown"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    WAITING = (State.PLACING, State.PLACED, State.PERSON)
    OPEN = (*WAITING, State.RINGING)
    ALARMS = (State.NO_ANSWER, State.UNKNOWN, State.FAILED)

    call = models.ForeignKey(WakeUpCall, on_delete=models.CASCADE, related_name="occasions")
    due_at = models.DateTimeField()
    # Where it rings: the call's stay may move on afterwards.
    room = models.CharField(max_length=16, blank=True, default="")
    extension = models.CharField(max_length=16)
    # The alarm as the PBX knows it: when it first rings (null: there is none), wall-clock time
    # on its own clock, its id and since when it is known to be there.
    rings_at = models.DateTimeField(null=True)
    alarm_time = models.CharField(max_length=5)
    alarm_id = models.CharField(max_length=16, blank=True, default="")
    placed_at = models.DateTimeField(null=True)
    # When the PBX was last seen to have it.
    seen_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, choices=State, default=State.PLACING)
    # No report about the alarm is expected after this: the PBX's last ring and a margin.
    ends_at = models.DateTimeField()
    rang_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    # How often the guest has pressed the key for it, and until when he may sleep.
    snoozes = models.PositiveSmallIntegerField(default=0)
    snooze_until = models.DateTimeField(null=True)
    # When the sweep looks at it again; null: as soon as it can, for something is new.
    look_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True, default="")
    # What whoever acknowledged it did: "went to the room".
    done = models.TextField(blank=True, default="")
    detail = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "due_at"],
                condition=~Q(state="withdrawn"),
                name="one_occasion_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["extension", "due_at"],
                condition=Q(state__in=["placing", "placed", "person", "ringing"]),
                name="occasion_open",
            ),
            models.Index(
                fields=["call"],
                condition=Q(state__in=["no_answer", "unknown", "failed"])
                & Q(acknowledged_at__isnull=True),
                name="occasion_alarm",
            ),
            models.Index(fields=["-due_at"], name="occasion_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.extension} at {self.due_at:%Y-%m-%d %H:%M}"


class Attempt(models.Model):
    """One try to reach somebody: a ring of the PBX, a call of ours, a person.

    ``evidence`` is all that was reported about the phone meanwhile (see
    :mod:`wakeups.outcome.assessment`);
    ``result`` is concluded from it, in the words of :class:`WakeUpCall.Status`.
    """

    class Kind(models.TextChoices):
        PBX = "pbx"  # a ring of the PBX's own alarm
        OWN_CALL = "own_call"  # our call that plays a prompt
        CONFIRMATION = "confirmation"  # our call that wants a key pressed
        DESK = "desk"  # our call to the desk
        PERSON = "person"  # somebody of the hotel looks after the guest

    Result = WakeUpCall.Status

    # Calls that we have the PBX make to the guest.
    OURS = (Kind.OWN_CALL, Kind.CONFIRMATION)
    OPEN = (Result.PENDING, Result.RINGING)

    occasion = models.ForeignKey(Occasion, on_delete=models.CASCADE, related_name="attempts")
    kind = models.CharField(max_length=16, choices=Kind)
    extension = models.CharField(max_length=16, blank=True, default="")
    due_at = models.DateTimeField()
    # When it is over, whatever has been reported until then.
    ends_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    callid = models.CharField(max_length=64, blank=True, default="")
    result = models.CharField(
        max_length=16, choices=WakeUpCall.Status, default=WakeUpCall.Status.PENDING
    )
    # The guest has pressed the key for it.
    snoozed = models.BooleanField(default=False)
    detail = models.TextField(blank=True, default="")
    evidence = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["occasion", "due_at"], condition=Q(kind="pbx"), name="a_ring_is_told_once"
            ),
            # The last line of defence: nobody is called twice at once.
            models.UniqueConstraint(
                fields=["occasion", "kind"],
                condition=~Q(kind="pbx") & Q(result__in=["pending", "ringing"]),
                name="one_call_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["extension", "due_at"],
                condition=Q(result__in=["pending", "ringing"]),
                name="attempt_open",
            ),
            # Reports name a call of ours by it.
            models.Index(fields=["callid"], condition=~Q(callid=""), name="attempt_call"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.extension}: {self.result}"

    @property
    def signs(self) -> list[Sign]:
        """The evidence, as what it stands for."""
        return [Sign.of_json(kept) for kept in self.evidence]
