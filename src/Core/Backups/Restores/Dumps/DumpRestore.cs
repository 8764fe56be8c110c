using Npgsql;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores.Dumps;

/// <summary>
/// Brings a dump back into a database that is made for it. Whatever fails, the database of that name stays as it was:
/// the new one takes the name when it is whole, and equal to its manifest.
/// </summary>
public sealed class DumpRestore(BackupVault vault, BackupCatalogue catalogue, DataManifests manifests)
{
    /// <summary>The newest dump of a database that is kept.</summary>
    /// <exception cref="BackupException">
    /// <c>nothing_to_restore</c>: there is none; the message names those that are.
    /// </exception>
    public async Task<DumpPlan> PlanAsync(string server, string database, CancellationToken cancellationToken)
    {
        var kept = await catalogue.KeptAsync(server, cancellationToken);
        var found = kept
            .SelectMany(entry => entry.Logical is { } logical
                ? logical.Databases.Select(dump => new DumpPlan(server, entry.Sequence, logical, dump))
                : [])
            .ToList();
        var names = found.Select(plan => plan.Dump.Database).Distinct().Order(StringComparer.Ordinal);
        return found.Where(plan => plan.Dump.Database == database).MaxBy(plan => plan.Dump.TakenAt)
            ?? throw new BackupException(
                "nothing_to_restore",
                $"There is no dump of the database '{database}' of {server}; there are: {string.Join(", ", names)}.");
    }

    /// <param name="target">The server that it is restored on, as a role that may make databases.</param>
    /// <exception cref="BackupException">
    /// <c>backup_damaged</c>, <c>database_not_empty</c>, <c>restore_failed</c>, <c>manifest_mismatch</c>.
    /// </exception>
    /// <exception cref="BackupStoreException">The dump can't be read, or is not what was stored.</exception>
    public async Task<RestoredDatabase> RestoreAsync(
        DumpPlan plan,
        NpgsqlConnectionStringBuilder target,
        DumpRestoreOptions options,
        IProgress<BackupProgress>? progress,
        CancellationToken cancellationToken)
    {
        var name = options.Into ?? plan.Dump.Database;
        var server = new DumpTarget(target);
        await server.RequireFreeAsync(name, options.Overwrites, cancellationToken);
        var binaries = await TargetServer.BinariesAsync(
            Math.Max(plan.Backup.Server.MajorVersion, await server.MajorVersionAsync(cancellationToken)),
            cancellationToken);

        await using var source = await DumpSource.OpenAsync(
            vault, plan.Dump.Dump, options, progress, cancellationToken);
        await PreflightAsync(source, binaries, plan, cancellationToken);

        List<string> notes = [];
        if (options.WithGlobals)
            notes.AddRange(await RestoreGlobalsAsync(plan, binaries, target, cancellationToken));
        var fresh = $"recoveryos_restoring_{Guid.CreateVersion7():N}";
        await server.CreateAsync(fresh, plan.Locale, cancellationToken);
        try
        {
            await RestoreAsync(source, binaries, server.AddressOf(fresh), options, cancellationToken);
            var tables = options.Compares ? await CompareAsync(plan, server, fresh, cancellationToken) : (int?)null;
            await server.TakePlaceAsync(fresh, name, cancellationToken);
            return new RestoredDatabase(name, notes, tables);
        }
        catch
        {
            await server.DropAsync(fresh, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Unpacks everything to nowhere: a cut or changed dump is known before anything is touched.</summary>
    private static async Task PreflightAsync(
        DumpSource source, PostgresBinaries binaries, DumpPlan plan, CancellationToken cancellationToken)
    {
        var read = await source.RunAsync(
            "preflight", [binaries["pg_restore"], "-f", "/dev/null"], null, cancellationToken);
        if (read.ExitCode != 0)
            throw new BackupException(
                "backup_damaged", $"pg_restore can't read the dump of {plan.Dump.Database}: {read.Reason}");
    }

    private static async Task RestoreAsync(
        DumpSource source,
        PostgresBinaries binaries,
        NpgsqlConnectionStringBuilder address,
        DumpRestoreOptions options,
        CancellationToken cancellationToken)
    {
        string[] owners = options.WithoutOwners ? ["--no-owner", "--no-acl"] : [];
        string[] jobs = options.Jobs > 1 ? [$"--jobs={options.Jobs}"] : [];
        var restored = await source.RunAsync(
            "restore",
            [
                binaries["pg_restore"], "--exit-on-error", "--no-password", $"--dbname={address.Database}",
                .. owners,
                .. jobs,
            ],
            address,
            cancellationToken);
        if (restored.ExitCode != 0)
            throw new BackupException("restore_failed", $"pg_restore failed: {restored.Reason}");
    }

    /// <summary>Each statement for itself: a role that is there already is no failure, anything else is told.</summary>
    private async Task<IReadOnlyList<string>> RestoreGlobalsAsync(
        DumpPlan plan,
        PostgresBinaries binaries,
        NpgsqlConnectionStringBuilder target,
        CancellationToken cancellationToken)
    {
        List<string> errors = [];
        await using var globals = await DumpSource.OpenAsync(
            vault, plan.Backup.Globals, new DumpRestoreOptions(), null, cancellationToken);
        var done = await globals.RunAsync(
            "globals",
            [binaries["psql"], "--no-psqlrc", "--no-password", "--quiet"],
            target,
            cancellationToken,
            line => Note(line, errors));
        return done.ExitCode == 0
            ? [.. errors.Select(error => $"Of roles and tablespaces: {error}")]
            : throw new BackupException(
                "restore_failed", $"psql could not restore roles and tablespaces: {done.Reason}");
    }

    private static void Note(string line, List<string> errors)
    {
        if (line.Contains("ERROR:", StringComparison.Ordinal)
            && !line.Contains("already exists", StringComparison.Ordinal))
            errors.Add(line[line.IndexOf("ERROR:", StringComparison.Ordinal)..]);
    }

    private async Task<int> CompareAsync(
        DumpPlan plan, DumpTarget server, string database, CancellationToken cancellationToken)
    {
        var manifest = await manifests.ReadAsync(plan.Dump.DataManifest, cancellationToken);
        var expected = manifest.Databases.FirstOrDefault(content => content.Database == plan.Dump.Database)
            ?? throw new BackupException("manifest_mismatch", $"The manifest says nothing of {plan.Dump.Database}.");
        await using var connection = await server.OpenAsync(database, cancellationToken);
        var actual = await DataReader.ReadAsync(connection, _ => true, cancellationToken);
        var differences = ContentDifference.Between(expected, actual);
        return differences.Count == 0
            ? expected.Tables.Count(table => table.Hash is not null)
            : throw new BackupException(
                "manifest_mismatch",
                $"The restored database is not what was dumped: {differences[0]}"
                + (differences.Count > 1 ? $" ({differences.Count - 1} more differ)." : "."));
    }
}

/// <summary>Which dump of a database is restored.</summary>
/// <param name="CatalogueSequence">Of <paramref name="Backup"/>'s entry.</param>
public sealed record DumpPlan(string Server, long CatalogueSequence, LogicalBackup Backup, DatabaseDump Dump)
{
    /// <summary>Null: the new server's own.</summary>
    internal string? Locale => Backup.Server.Collations
        .FirstOrDefault(collation => collation.Database == Dump.Database && collation.Provider == "libc")?.Locale;
}
