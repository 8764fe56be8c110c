using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Physical;

/// <summary>
/// Runs <c>pg_basebackup</c> and the uploads of what it writes beside each other; either's failure ends both.
/// </summary>
internal sealed class BaseBackupRun(
    BackupVault vault,
    TargetServer server,
    PostgresBinaries binaries,
    string folder,
    IProgress<BackupProgress>? progress)
{
    /// <param name="id">The backup's.</param>
    /// <param name="compression">As configured; without zstd on the server, gzip is used.</param>
    /// <param name="workers">How many processors of the server pack with zstd.</param>
    /// <param name="clock">A connection to the server.</param>
    /// <param name="afterwards">What is done once the program has ended, while the last of the uploads end.</param>
    /// <param name="cancellationToken">Stops all of it.</param>
    public async Task<(CopiedServer Copied, T Afterwards)> CopyAsync<T>(
        Guid id,
        string compression,
        int workers,
        NpgsqlConnection clock,
        Func<CancellationToken, Task<T>> afterwards,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var program = RunAsync(id, compression, workers, clock, stop.Token);
        var uploads = new StagedUploads(vault, folder, file => StoreLayout.BackupFile(server.Name, id, file))
            .FollowAsync(program, stop.Token);
        Task<T>? after = null;
        try
        {
            // The program's failure makes the uploads fail, too: its own is the one that explains.
            if (await Task.WhenAny(program, uploads) == uploads && !program.IsCompleted)
                await uploads;
            var (finishedAt, used) = await program;
            progress?.Report(new BackupProgress("upload", 0, null));
            after = afterwards(stop.Token);
            if (await Task.WhenAny(after, uploads) == uploads)
                await uploads;
            return (new CopiedServer(finishedAt, used, await uploads), await after);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(program, uploads, after ?? Task.CompletedTask)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<(DateTimeOffset FinishedAt, string Compression)> RunAsync(
        Guid id, string compression, int workers, NpgsqlConnection clock, CancellationToken cancellationToken)
    {
        var program = new BaseBackupProgram(server, binaries, folder, progress);
        var ways = new Queue<(string Compression, string Option)>(Ways(compression, workers));
        while (!await program.RunAsync($"recoveryos-{id}", ways.Peek().Option, cancellationToken))
            ways.Dequeue();

        return (await clock.NowAsync(cancellationToken), ways.Peek().Compression);
    }

    /// <summary>
    /// The server packs with zstd, so that less goes through the network; its build may lack threads for it, or zstd.
    /// </summary>
    private static IEnumerable<(string Compression, string Option)> Ways(string compression, int workers)
    {
        if (compression is not "zstd")
            return [(compression, compression)];

        IEnumerable<(string, string)> one = [("zstd", "server-zstd"), ("gzip", "gzip")];
        return workers > 0
            ? one.Prepend(("zstd", string.Create(CultureInfo.InvariantCulture, $"server-zstd:workers={workers}")))
            : one;
    }
}

/// <param name="FinishedAt">When all was read, by the server's clock.</param>
/// <param name="Files">File name → what is stored.</param>
internal sealed record CopiedServer(
    DateTimeOffset FinishedAt, string Compression, IReadOnlyDictionary<string, VaultObject> Files)
{
    /// <summary>Of base, pg_wal or a tablespace's number; the suffix says how it is packed.</summary>
    public VaultObject Tar(string name) => Files.First(file => IsTar(file.Key, name)).Value;

    /// <summary>One that was made or dropped meanwhile may be missing: replay of the WAL knows.</summary>
    public bool Holds(Tablespace tablespace) => Files.Keys.Any(file => IsTar(file, Number(tablespace)));

    public TablespaceBackup Of(Tablespace tablespace) =>
        new(tablespace.Oid, tablespace.Name, tablespace.Location, Tar(Number(tablespace)));

    private static bool IsTar(string file, string name) => file.StartsWith($"{name}.tar", StringComparison.Ordinal);

    private static string Number(Tablespace tablespace) => tablespace.Oid.ToString(CultureInfo.InvariantCulture);
}
