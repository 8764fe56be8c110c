using Npgsql;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores.Dumps;

/// <summary>
/// A dump as a program reads it: out of the vault through a pipe, or from a file where it is read at several places.
/// </summary>
internal sealed class DumpSource : IAsyncDisposable
{
    private const int BufferSize = 1024 * 1024;

    private readonly BackupVault vault;
    private readonly VaultObject stored;
    private readonly IProgress<BackupProgress>? progress;
    private readonly string? file;

    private DumpSource(BackupVault vault, VaultObject stored, IProgress<BackupProgress>? progress, string? file) =>
        (this.vault, this.stored, this.progress, this.file) = (vault, stored, progress, file);

    public static async Task<DumpSource> OpenAsync(
        BackupVault vault,
        VaultObject stored,
        DumpRestoreOptions options,
        IProgress<BackupProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (options.Jobs <= 1)
            return new DumpSource(vault, stored, progress, null);

        Directory.CreateDirectory(options.StagingFolder);
        var source = new DumpSource(
            vault, stored, progress, Path.Combine(options.StagingFolder, $"restore-{Guid.CreateVersion7():N}.dump"));
        try
        {
            await using var staged = File.Create(source.file ?? "");
            await source.CopyAsync("fetch", staged, cancellationToken);
            return source;
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program on it. The pipe is read to its end, which proves the digest.</summary>
    public async Task<ToolResult> RunAsync(
        string phase,
        IReadOnlyList<string> command,
        NpgsqlConnectionStringBuilder? server,
        CancellationToken cancellationToken,
        Action<string>? line = null)
    {
        if (file is not null)
            return await PostgresTool.RunAsync([.. command, file], server, null, line, cancellationToken);

        return await PostgresTool.RunAsync(
            command, server, (input, stop) => CopyAsync(phase, input, stop), null, line, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        if (file is not null)
            File.Delete(file);
        return ValueTask.CompletedTask;
    }

    private async Task CopyAsync(string phase, Stream target, CancellationToken cancellationToken)
    {
        await using var content = await vault.OpenAsync(stored, cancellationToken);
        var buffer = new byte[BufferSize];
        var (total, isTaken) = (0L, true);
        while (await content.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            isTaken = isTaken && await TryWriteAsync(target, buffer.AsMemory(0, read), cancellationToken);
            progress?.Report(new BackupProgress(phase, total += read, stored.Length));
        }
    }

    /// <summary>A program that gave up says why itself; the rest is read nevertheless, for its digest.</summary>
    private async Task<bool> TryWriteAsync(
        Stream target, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await target.WriteAsync(bytes, cancellationToken);
            return true;
        }
        catch (IOException) when (file is null)
        {
            return false;
        }
    }
}
