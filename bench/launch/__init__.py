"""The parts of `bench/launch_day.py`: visitors, the mail server that takes their codes, clocks, processes, the report."""


def mail_to(port: int) -> dict[str, str]:
    """The settings under which mail really leaves by SMTP to the driver, and each visitor's own address counts."""
    return {
        "LOG_LEVEL": "INFO", "MAIL_TRANSPORT": "smtp", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port),
        "SMTP_STARTTLS": "false", "MAIL_FROM": "care-badges@launch.example", "TRUSTED_PROXY_COUNT": "1",
    }  # fmt: skip
