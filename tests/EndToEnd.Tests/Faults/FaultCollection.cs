namespace RecoveryOS.EndToEnd.Tests.Faults;

/// <summary>Tests that measure time or load the machine: alone, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection
{
    public const string Name = "Faults";
}
