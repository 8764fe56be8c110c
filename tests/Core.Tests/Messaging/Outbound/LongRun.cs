namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>With RECOVERYOS_LONG=1 the races and kills go their whole length.</summary>
internal static class LongRun
{
    public static int Or(int usual, int whole) => Environment.GetEnvironmentVariable("RECOVERYOS_LONG") == "1" ? whole : usual;
}
