namespace RecoveryOS.Testing;

/// <summary>With RECOVERYOS_LONG=1 the tests of races, kills and damages go their whole length.</summary>
public static class LongRun
{
    private const int UsualSeed = 20261128;

    public static bool IsOn => Environment.GetEnvironmentVariable("RECOVERYOS_LONG") is "1";

    /// <summary>
    /// The same in each usual run, another one in each long run. Tests that use it name it when they fail.
    /// </summary>
    public static int Seed { get; } = IsOn ? Environment.TickCount : UsualSeed;

    public static int Or(int usual, int whole) => IsOn ? whole : usual;
}
