namespace RecoveryOS.Cli.LocalRuns;

/// <summary>What other commands need to know of a local run; process, URLs only while it runs.</summary>
internal sealed record RunState
{
    /// <summary>The account of the newest run.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>The account that was made in each database, by the database's host, port and name.</summary>
    public IReadOnlyDictionary<string, Guid> Accounts { get; init; } = new Dictionary<string, Guid>();

    public int? ProcessId { get; init; }

    public string? Url { get; init; }

    public string? DatabaseUrl { get; init; }

    /// <summary>Whether the database's WAL is received.</summary>
    public bool ReceivesWal { get; init; } = true;

    /// <summary>Who takes the texts of the run.</summary>
    public SimulatorAddresses? Simulators { get; init; }
}
