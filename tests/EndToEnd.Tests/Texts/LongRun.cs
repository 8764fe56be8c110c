namespace RecoveryOS.EndToEnd.Tests.Texts;

/// <summary>With RECOVERYOS_LONG=1 the tests of faults and mutations go their whole length.</summary>
internal static class LongRun
{
    public static int Or(int usual, int whole) => Environment.GetEnvironmentVariable("RECOVERYOS_LONG") == "1" ? whole : usual;
}
