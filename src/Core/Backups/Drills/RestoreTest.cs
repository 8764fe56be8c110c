using System.Text.Json.Serialization;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Backups.Drills;

/// <summary>A restore that is made to be judged, and thrown away.</summary>
public sealed record RestoreTest
{
    public required Guid Id { get; init; }

    /// <summary>The target's name.</summary>
    public required string Server { get; init; }

    public required DrillMethod Method { get; init; }

    public required TestStatus Status { get; init; }

    /// <summary>Who asked for it: <c>schedule</c>, <c>command</c>, or the token's subject.</summary>
    public string RequestedBy { get; init; } = "schedule";

    /// <summary>What was asked for; null: the test chooses.</summary>
    public DrillTarget? Target { get; init; }

    /// <summary>Null until it is finished.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Why it is not passed, in words, worst first; empty when it is.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The phase that it is in, or in which it ended.</summary>
    public string? Phase { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The backup that was restored.</summary>
    public Guid? BackupId { get; init; }

    /// <summary>What would have been lost, in seconds; null where it could not be measured.</summary>
    public double? RpoSeconds { get; init; }

    /// <summary>From the first fetched byte to the first query answered, in seconds.</summary>
    public double? RtoSeconds { get; init; }

    /// <summary>All of it, for auditors; null until it is finished, and in lists.</summary>
    public DrillEvidence? Evidence { get; init; }
}

[JsonConverter(typeof(SnakeCaseEnum<DrillMethod>))]
public enum DrillMethod
{
    Physical,
    Logical,
    Azure,
}

[JsonConverter(typeof(SnakeCaseEnum<TestStatus>))]
public enum TestStatus
{
    Queued,
    Running,
    Finished,
}

/// <summary>Only <see cref="Passed"/> is good news.</summary>
[JsonConverter(typeof(SnakeCaseEnum<Verdict>))]
public enum Verdict
{
    /// <summary>Everything that was asked was looked at, and was right.</summary>
    Passed,

    /// <summary>Something was looked at and was wrong.</summary>
    Failed,

    /// <summary>Something could not be looked at: never counted as passed.</summary>
    Inconclusive,
}
