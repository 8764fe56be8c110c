using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>A store that is away for the next so many writes.</summary>
internal sealed class StumblingStore(IBackupStore inner) : IBackupStore
{
    public int Failures { get; set; }

    public string Description => inner.Description;

    public Task<StoredObject> PutAsync(string name, Stream content, CancellationToken cancellationToken) =>
        Failures-- > 0
            ? throw new BackupStoreException(BackupStoreFailure.Unavailable, "The store does not answer.")
            : PutForRealAsync(name, content, cancellationToken);

    public Task AppendAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.AppendAsync(name, content, cancellationToken);

    public Task<Stream> OpenAsync(string name, CancellationToken cancellationToken) =>
        inner.OpenAsync(name, cancellationToken);

    public Task<StoredObject?> FindAsync(string name, CancellationToken cancellationToken) =>
        inner.FindAsync(name, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        inner.DeleteAsync(name, cancellationToken);

    private Task<StoredObject> PutForRealAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        Failures = Math.Max(0, Failures);
        return inner.PutAsync(name, content, cancellationToken);
    }
}
