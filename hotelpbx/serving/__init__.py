"""How requests come in on both ports: read without a thread until they are whole, or cut off."""
