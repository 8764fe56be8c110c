using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Logical;

/// <summary>Dumps one server's databases straight into the vault; nothing is staged.</summary>
internal sealed class DumpRun(
    BackupVault vault,
    DataManifests manifests,
    TargetServer server,
    PostgresBinaries binaries,
    Guid id,
    IProgress<BackupProgress>? progress)
{
    private long bytesBefore;

    /// <summary>Roles, their passwords' hashes, and tablespaces.</summary>
    /// <returns>The object, and whether passwords are in it: only a superuser may read them.</returns>
    public async Task<(VaultObject Globals, bool HasPasswords)> DumpGlobalsAsync(CancellationToken cancellationToken)
    {
        string[] command = [binaries["pg_dumpall"], "--globals-only", "--no-password"];
        try
        {
            return (await RunAsync(command, null, "globals.sql", cancellationToken), true);
        }
        catch (BackupException exception) when (exception.Message.Contains("pg_authid", StringComparison.Ordinal))
        {
            return (await RunAsync([.. command, "--no-role-passwords"], null, "roles.sql", cancellationToken), false);
        }
    }

    /// <param name="database">Which one.</param>
    /// <param name="number">Names its objects, since its own name may hold anything.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<DatabaseDump> DumpAsync(SourceDatabase database, int number, CancellationToken cancellationToken)
    {
        await using var snapshot = await DumpSnapshot.TakeAsync(server, database.Name, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var dump = RunAsync(
            [binaries["pg_dump"], "--format=custom", $"--snapshot={snapshot.Id}", "--no-password"],
            database.Name, $"{number:D4}.dump", stop.Token);
        var reading = snapshot.ReadAsync(stop.Token);
        try
        {
            await await Task.WhenAny(dump, reading);
            var manifest = await manifests.WriteAsync(
                Name($"{number:D4}.data-manifest.json"), await reading, stop.Token);
            return new DatabaseDump(database.Name, snapshot.At, await dump, manifest, database.Bytes);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll((Task)dump, reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<VaultObject> RunAsync(
        string[] command, string? database, string file, CancellationToken cancellationToken)
    {
        var address = server.Address;
        address.Database = database ?? address.Database;
        address.ApplicationName = "recoveryos-dump";
        VaultObject? written = null;
        var result = await PostgresTool.RunAsync(
            command,
            address,
            async (output, stop) =>
                written = await vault.WriteAsync(Name(file), output, new DumpedBytes(progress, bytesBefore), stop),
            line: null,
            cancellationToken);
        // What a failed program wrote is stored, but in no entry: the next run removes it.
        if (result.ExitCode is not 0 || written is null)
            throw BackupFailure.OfProgram(Path.GetFileName(command[0]), result);

        bytesBefore += written.Length;
        return written;
    }

    private string Name(string file) => StoreLayout.BackupFile(server.Name, id, file);

    /// <summary>How large a dump becomes, nobody knows before.</summary>
    private sealed class DumpedBytes(IProgress<BackupProgress>? progress, long before) : IProgress<long>
    {
        public void Report(long value) => progress?.Report(new BackupProgress("dump", before + value, null));
    }
}
