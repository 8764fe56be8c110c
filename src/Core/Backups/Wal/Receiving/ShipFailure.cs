using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>Why WAL is not shipped, while it is received.</summary>
internal sealed record ShipFailure(string Code, string Detail)
{
    /// <summary>Null for a bug.</summary>
    public static ShipFailure? Of(Exception exception) => exception switch
    {
        BackupStoreException store => new(
            store.Failure switch
            {
                BackupStoreFailure.Full => "store_full",
                BackupStoreFailure.Refused => "store_refused",
                BackupStoreFailure.Damaged => "store_damaged",
                BackupStoreFailure.KeyMissing => "key_missing",
                _ => "store_unavailable",
            },
            $"WAL is kept here until the store takes it: {store.Message}"),
        BackupException known => new(known.Code, known.Message),
        IOException or UnauthorizedAccessException => new("folder_unusable", exception.Message),
        _ => null,
    };
}
