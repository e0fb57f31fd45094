"""The hotel's settings for wake-up calls."""

from django.db import models

from rooms.models import Property


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
    # 0: the desk is called only once.
    desk_call_repeat = models.PositiveIntegerField(default=120, help_text="seconds")
    confirm_ivr = models.CharField(max_length=16, blank=True, default="")
    confirm_key = models.CharField(max_length=1, blank=True, default="1")
    confirm_calls = models.PositiveSmallIntegerField(default=2)
    confirm_repeat = models.PositiveIntegerField(default=60, help_text="seconds")
    # Empty: no snooze.
    snooze_key = models.CharField(max_length=1, blank=True, default="")
    snooze_minutes = models.PositiveSmallIntegerField(default=10)
    snoozes = models.PositiveSmallIntegerField(default=2)
    # VIPs are called by a person, and by the PBX after so many minutes (0: never).
    vip_by_person = models.BooleanField(default=False)
    vip_backup_after = models.PositiveSmallIntegerField(default=0, help_text="minutes")

    class Meta:
        verbose_name_plural = "wake-up settings"

    def __str__(self) -> str:
        return f"wake-up settings of {self.property}"
