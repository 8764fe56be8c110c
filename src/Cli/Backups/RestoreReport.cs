using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Restores.Plans;

namespace RecoveryOS.Cli.Backups;

/// <summary>What <c>restore</c> prints as JSON.</summary>
internal sealed record RestoreReport
{
    public required string Server { get; init; }

    public required string Target { get; init; }

    public required Guid BackupId { get; init; }

    public required DateTimeOffset BackupFinishedAt { get; init; }

    public required string Setting { get; init; }

    public required uint Timeline { get; init; }

    public required int WalSegments { get; init; }

    public required long FetchBytes { get; init; }

    public required long DiskBytes { get; init; }

    public required double PredictedSeconds { get; init; }

    public required string Prediction { get; init; }

    /// <summary>Null for a dry run.</summary>
    public string? Folder { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<DrillPhase> Phases { get; init; } = [];

    /// <summary>Null unless it was started.</summary>
    public ReachedPoint? Reached { get; init; }

    public uint? NewTimeline { get; init; }

    public string? SocketFolder { get; init; }

    public string? Superuser { get; init; }

    public static RestoreReport Of(RestorePlan plan) => new()
    {
        Server = plan.Server,
        Target = plan.Target.ToString(),
        BackupId = plan.Base.Id,
        BackupFinishedAt = plan.Base.FinishedAt,
        Setting = $"{plan.Recovery.Name} = {plan.Recovery.Value}",
        Timeline = plan.Timeline,
        WalSegments = plan.Segments.Count,
        FetchBytes = plan.FetchBytes,
        DiskBytes = plan.DiskBytes,
        PredictedSeconds = plan.PredictedSeconds,
        Prediction = plan.Prediction,
    };
}
