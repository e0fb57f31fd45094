"""Receivers of signals: wake-up calls follow the guest, the phone, the PBX and the settings."""
