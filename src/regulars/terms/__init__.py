"""The words that every room shares: windows of time, money, tables and what a step hands back.

Imports nothing of ours but the errors.
"""
