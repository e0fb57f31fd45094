"""What happens when a guest does not answer: policy, own calls, the desk."""
