using Microsoft.Extensions.Logging;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Logical;

/// <summary>
/// Takes dumps: each database in a snapshot of its own, with the counts and hashes of that very snapshot, and the
/// server's roles. The catalogue's entry is written last, so that half a backup is none.
/// </summary>
public sealed partial class LogicalBackups(
    BackupVault vault,
    BackupCatalogue catalogue,
    AbandonedBackups abandoned,
    DataManifests manifests,
    TimeProvider time,
    ILogger<LogicalBackups> logger)
{
    /// <summary>Of the target's databases; of all that accept connections where it names none.</summary>
    /// <exception cref="BackupException">It could not be taken.</exception>
    public Task<CatalogueEntry> TakeAsync(
        TargetServer server, IProgress<BackupProgress>? progress, CancellationToken cancellationToken) =>
        TakeAsync(server, server.Target.Databases, progress, cancellationToken);

    /// <param name="server">What is dumped.</param>
    /// <param name="databases">Which of its databases; empty: all.</param>
    /// <param name="progress">Told of phase <c>dump</c>.</param>
    /// <param name="cancellationToken">Stops it; nothing is left then but objects that the next run removes.</param>
    /// <exception cref="BackupException">It could not be taken.</exception>
    public async Task<CatalogueEntry> TakeAsync(
        TargetServer server,
        IReadOnlyList<string> databases,
        IProgress<BackupProgress>? progress,
        CancellationToken cancellationToken)
    {
        try
        {
            var backup = await DumpAsync(server, databases, progress, cancellationToken);
            return await catalogue.AppendAsync(
                server.Name, entry => entry with { Logical = backup }, cancellationToken);
        }
        catch (Exception exception) when (BackupFailure.Of(exception, server) is { } failure)
        {
            throw failure;
        }
    }

    private async Task<LogicalBackup> DumpAsync(
        TargetServer server,
        IReadOnlyList<string> databases,
        IProgress<BackupProgress>? progress,
        CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        await using var living = await LivingBackup.StartAsync(server, id, cancellationToken);
        var facts = await ServerFactsReader.ReadAsync(server, cancellationToken);
        var binaries = await TargetServer.BinariesAsync(facts.MajorVersion, cancellationToken);
        await abandoned.RemoveAsync(server.Name, living, cancellationToken);

        var startedAt = await living.Connection.NowAsync(cancellationToken);
        var wanted = Wanted(await living.Connection.DatabasesAsync(cancellationToken), databases, server.Name);
        var run = new DumpRun(vault, manifests, server, binaries, id, progress);
        var (globals, hasPasswords) = await run.DumpGlobalsAsync(cancellationToken);
        if (!hasPasswords)
            WithoutPasswords(logger, server.Name);

        List<DatabaseDump> dumps = [];
        foreach (var database in wanted)
            dumps.Add(await run.DumpAsync(database, dumps.Count + 1, cancellationToken));

        await living.AssertAliveAsync(cancellationToken);
        return new LogicalBackup
        {
            Id = id,
            StartedAt = startedAt,
            FinishedAt = await living.Connection.NowAsync(cancellationToken),
            Server = facts,
            Globals = globals,
            Databases = dumps,
        };
    }

    private static IReadOnlyList<SourceDatabase> Wanted(
        IReadOnlyList<SourceDatabase> all, IReadOnlyList<string> names, string server)
    {
        if (names.FirstOrDefault(name => all.All(database => database.Name != name)) is { } missing)
        {
            throw new BackupException(
                "unknown_database",
                $"The server {server} has no database '{missing}' that accepts connections; it has: "
                + $"{string.Join(", ", all.Select(database => database.Name))}.");
        }

        return names.Count is 0 ? all : [.. all.Where(database => names.Contains(database.Name))];
    }

    [LoggerMessage(EventName = "dump_without_passwords", Level = LogLevel.Warning, Message = "{server}")]
    private static partial void WithoutPasswords(ILogger logger, string server);
}
