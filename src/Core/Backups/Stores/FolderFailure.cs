namespace RecoveryOS.Core.Backups.Stores;

/// <summary>What an error of the file system means for a store.</summary>
internal static class FolderFailure
{
    public static bool IsOne(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <param name="what">The object or folder, for people.</param>
    public static BackupStoreException Of(Exception exception, string what) =>
        Of(ErrorNumber(exception), what, exception);

    public static BackupStoreException Of(int error, string what, Exception? cause = null) => error switch
    {
        NativeFile.NoSpace or NativeFile.QuotaExceeded =>
            new(
                BackupStoreFailure.Full,
                $"No room is left in the store for {what}: free some, or give it a larger disk.", cause),
        NativeFile.ReadOnly =>
            new(BackupStoreFailure.Refused, $"The disk is mounted read-only, which keeps {what} from changing.", cause),
        NativeFile.AccessDenied or NativeFile.NotPermitted =>
            new(BackupStoreFailure.Refused, $"The user that this runs as may not do this with {what}.", cause),
        NativeFile.AlreadyThere =>
            new(BackupStoreFailure.Exists, $"There is an object {what} already.", cause),
        NativeFile.NotThere =>
            new(BackupStoreFailure.Missing, $"There is no {what}.", cause),
        _ => new(BackupStoreFailure.Unavailable, $"The disk failed at {what} (error {error}).", cause),
    };

    /// <summary>
    /// .NET keeps the number of an IOException in its HResult, and of a refusal in the exception within.
    /// </summary>
    private static int ErrorNumber(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => NativeFile.NotThere,
        UnauthorizedAccessException => exception.InnerException is IOException inner
            ? inner.HResult
            : NativeFile.AccessDenied,
        _ => exception.HResult,
    };
}
