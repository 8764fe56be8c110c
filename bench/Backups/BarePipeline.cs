namespace RecoveryOS.Bench.Backups;

/// <summary>PostgreSQL's own tools by hand in a shell: the yardstick.</summary>
internal sealed class BarePipeline(Arena arena) : IBackupContestant
{
    public string Name => "bare pipeline";

    private string Store => Path.Combine(arena.Folder, "bare");

    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<Cost> BackupAsync(CancellationToken cancellationToken)
    {
        await arena.FolderAsync("bare", cancellationToken);
        return await RunAsync(
            $"pg_basebackup -D {Store} -Ft -X stream -c fast --compress=server-zstd --manifest-checksums=SHA256",
            cancellationToken);
    }

    public Task<Cost> RestoreAsync(string folder, CancellationToken cancellationToken) => RunAsync(
        $"""
        zstd -dc {Store}/base.tar.zst | tar -x -C {folder}
        tar -xf {Store}/pg_wal.tar -C {folder}/pg_wal
        pg_verifybackup -q -m {Store}/backup_manifest {folder}
        {arena.StartScript(folder)}
        """,
        cancellationToken);

    public long StoredBytes() => Arena.SizeOf(Store);

    public Task ForgetAsync(CancellationToken cancellationToken)
    {
        Directory.Delete(Store, recursive: true);
        return Task.CompletedTask;
    }

    public Task FinishAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task<Cost> RunAsync(string script, CancellationToken cancellationToken) =>
        ProcessTree.RunAsync(script, arena.Environment, asServerUser: true, cancellationToken);
}
