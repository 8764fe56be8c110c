namespace RecoveryOS.Core.Backups.Stores;

/// <summary>The store could not do what it was asked; the message is for operators and holds no secret.</summary>
public sealed class BackupStoreException(BackupStoreFailure failure, string message, Exception? cause = null)
    : Exception(message, cause)
{
    public BackupStoreFailure Failure => failure;
}

/// <summary>Why a store did not do something.</summary>
public enum BackupStoreFailure
{
    /// <summary>It does not answer, or failed in a way that may pass.</summary>
    Unavailable,

    /// <summary>The credentials are missing, wrong, or may not do this.</summary>
    Refused,

    /// <summary>No room is left.</summary>
    Full,

    /// <summary>There is no object of this name.</summary>
    Missing,

    /// <summary>There is an object of this name already.</summary>
    Exists,

    /// <summary>A policy keeps the object as it is.</summary>
    Immutable,

    /// <summary>What was read is not what was written: cut, changed, or sealed with another key.</summary>
    Damaged,

    /// <summary>The key that the object names is not configured.</summary>
    KeyMissing,
}
