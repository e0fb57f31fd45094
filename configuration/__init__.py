"""The hotel file and the doctor: setting a hotel up, and examining it."""
