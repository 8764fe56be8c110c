using System.Globalization;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Restores.RestoredServers;

namespace RecoveryOS.Cli.Backups;

/// <summary>What <c>restore</c> says to a person.</summary>
internal static class RestoreTexts
{
    public static string Plan(RestorePlan plan, string folder) => string.Create(CultureInfo.InvariantCulture, $"""
        Restore of {plan.Server} to {plan.Target}
          base      {Base(plan)}
          WAL       {Wal(plan)}
          told      {plan.Recovery.Name} = {plan.Recovery.Value}
          fetches   {ProgressLine.Bytes(plan.FetchBytes)} from the store
          needs     {ProgressLine.Bytes(plan.DiskBytes)} below {folder}
          takes     about {WindowText.Duration(plan.PredictedSeconds)} ({plan.Prediction})
        """);

    public static IEnumerable<string> Fetched(RestoredCluster cluster) =>
    [
        .. cluster.Phases.Select(
            phase => string.Create(CultureInfo.InvariantCulture, $"{phase.Name,-11} {phase.Seconds:0.0} s")),
        .. cluster.Notes.Select(note => $"note: {note}"),
        .. cluster.Tablespaces.Select(pair => $"note: the tablespace {pair.Key} lies in {pair.Value} now."),
    ];

    /// <summary>Not started: the folder finds its way by itself.</summary>
    public static string NextWithoutStart(RestoredCluster cluster, string binaries) => $"""
        {cluster.Folder} is ready. Nothing was started, so that the target was reached is not proved yet.
        Next: start it with PostgreSQL {cluster.Plan.Base.Server.MajorVersion}, as the user that owns the folder:
          {binaries}/pg_ctl -D {Installation.ShellWord(cluster.Folder)} start
        {Replay(cluster.Plan.Recovery)}
        {AsPrimary(cluster.Plan.Server)}
        """;

    public static string Next(RestoredServer server, RestorePlan plan) => string.Create(
        CultureInfo.InvariantCulture, $"""
        Reached: {server.Reached.Proof} (the server's own word), at {server.Reached.Lsn}{Commit(server)}
        It runs on timeline {server.Timeline}, without network, archive or jobs. Log: {server.LogFile}
        Look at it:   {Look(server)}
        Stop it:      {Stop(server)}     (as the user that owns the folder)
        {AsPrimary(plan.Server)}
        """);

    private static string Replay(RecoverySetting recovery) =>
        $"It replays up to {recovery.Name} = {recovery.Value}, or refuses to start; "
        + "then it is on a timeline of its own.";

    private static string Look(RestoredServer server) =>
        $"{server.Binaries["psql"]} -h {server.SocketFolder} -U {Installation.ShellWord(server.Superuser)} postgres";

    private static string Stop(RestoredServer server) =>
        $"{server.Binaries["pg_ctl"]} -D {Installation.ShellWord(server.DataFolder)} stop";

    private static string AsPrimary(string server) =>
        "To make it the primary: stop the first server for good, stop this one, "
        + "look through postgresql.conf and pg_hba.conf,\n"
        + "start it the usual way, then: ALTER SYSTEM RESET archive_mode; "
        + "ALTER SYSTEM RESET synchronous_standby_names.\n"
        + $"Then take a base backup at once, ./recoveryos backup --server {server}: its timeline is new.";

    private static string Base(RestorePlan plan) => string.Create(
        CultureInfo.InvariantCulture,
        $"{plan.Base.Id}, ended {WindowText.Time(plan.Base.FinishedAt)} "
        + $"(catalogue {plan.CatalogueSequence}, PostgreSQL {plan.Base.Server.Version})");

    private static string Wal(RestorePlan plan) => plan.Segments.Count == 0 ? "the base's own only"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Segments.Count} segments, {plan.Segments[0].Segment.Name} to {plan.Segments[^1].Segment.Name}"
            + $"{(plan.Segments[^1].IsWhole ? "" : " (a part)")}, timeline {plan.Timeline}");

    private static string Commit(RestoredServer server) =>
        server.Reached.At is { } at ? $"; the last commit is of {WindowText.Time(at)}." : "; no commit was replayed.";
}
