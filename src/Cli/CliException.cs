namespace RecoveryOS.Cli;

/// <summary>A command that can't do what was asked; the message is one line for the operator.</summary>
public sealed class CliException(string message) : Exception(message);
