"""Who signs in at the desk."""

from typing import Final

from django.contrib.auth.models import User
from django.test import Client

from frontdesk.models import StaffMember
from rooms.models import Property

PASSWORD: Final = "night-clerk-77"


def staff(hotel: Property, name: str, role: str) -> Client:
    """A signed-in member of the staff."""
    user = User.objects.create_user(name, password=PASSWORD)
    StaffMember.objects.create(user=user, property=hotel, role=role)
    client = Client()
    client.force_login(user)
    return client
