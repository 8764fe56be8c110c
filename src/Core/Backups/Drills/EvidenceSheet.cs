using System.Reflection;

namespace RecoveryOS.Core.Backups.Drills;

/// <summary>Puts together what is signed of a test, from what was asked, seen and found.</summary>
internal static class EvidenceSheet
{
    private static readonly string TesterVersion = typeof(EvidenceSheet).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static DrillEvidence Fill(
        RestoreTest test, DrillLog log, DrillFindings found, DrillOptions options, DateTimeOffset finishedAt) => new()
        {
            TestId = test.Id,
            Server = test.Server,
            Method = test.Method,
            Verdict = Verdicts.Of(log.Checks),
            Reasons = Verdicts.Reasons(log.Checks),
            StartedAt = test.StartedAt ?? log.StartedAt,
            FinishedAt = finishedAt,
            RequestedBy = test.RequestedBy,
            Target = found.Target,
            Reached = found.Reached,
            Backup = found.Backup,
            Phases = log.Phases,
            Checks = log.Checks,
            Rpo = new Objective(options.RpoTargetSeconds, found.RpoSeconds, null),
            Rto = new Objective(options.RtoTargetSeconds, found.RtoSeconds, found.ForecastSeconds),
            LostHeartbeats = found.LostHeartbeats,
            MismatchedTables = found.MismatchedTables,
            ComparedManifest = found.ComparedManifest,
            ProvenUntil = found.ProvenUntil,
            CanaryMismatches = found.CanaryMismatches,
            Window = found.Window,
            ParityFindings = found.ParityNotes,
            TesterVersion = TesterVersion,
            Machine = Environment.MachineName,
            Teardown = found.Teardown,
        };
}
