namespace RecoveryOS.Core.Backups.Stores;

/// <summary>
/// Where backups lie: objects with slash-separated names that are written once. An object is there whole or not at all,
/// however its writer ends. Every failure is a <see cref="BackupStoreException"/> that says what kind it is.
/// </summary>
public interface IBackupStore
{
    /// <summary>Where it is, for people; without secrets.</summary>
    string Description { get; }

    /// <summary>Writes an object; it becomes visible when all of it is durable.</summary>
    /// <exception cref="BackupStoreException">
    /// <see cref="BackupStoreFailure.Exists"/>: the name is taken, and stays as it is.
    /// </exception>
    Task<StoredObject> PutAsync(string name, Stream content, CancellationToken cancellationToken);

    /// <summary>Adds to the end of an object of lines, made when missing; durable when it returns.</summary>
    Task AppendAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Opens an object for reading, forward only.</summary>
    /// <exception cref="BackupStoreException"><see cref="BackupStoreFailure.Missing"/>.</exception>
    Task<Stream> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Null when there is none of this name.</summary>
    Task<StoredObject?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// All objects whose names begin with <paramref name="prefix"/>, in ordinal order of their names.
    /// </summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Removes an object; one that is not there is no error.</summary>
    /// <exception cref="BackupStoreException">
    /// <see cref="BackupStoreFailure.Immutable"/>: a policy keeps it.
    /// </exception>
    Task DeleteAsync(string name, CancellationToken cancellationToken);
}

/// <summary>An object of a store.</summary>
/// <param name="Length">In bytes, as stored.</param>
public sealed record StoredObject(string Name, long Length, DateTimeOffset ModifiedAt);
