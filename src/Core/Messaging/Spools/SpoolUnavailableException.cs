namespace RecoveryOS.Core.Messaging.Spools;

/// <summary>The spool's disk is full or refuses: the text is not kept, and the provider must try again.</summary>
public sealed class SpoolUnavailableException(Exception reason) : Exception("the spool cannot be written to", reason);
