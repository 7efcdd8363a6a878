"""The administrator's pages: services, windows, lanes, hours, numbers, accounts, journal."""
