using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>What an answer of Azure Blob Storage, or its silence, means for a store.</summary>
internal static class BlobFailure
{
    private const int Silence = 0;

    /// <summary>Not the caller's own cancellation, which is no failure of the store.</summary>
    public static bool IsOne(Exception exception, CancellationToken cancellationToken) => exception
        is RequestFailedException or AggregateException or AuthenticationFailedException or IOException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <param name="what">The object or prefix, for people.</param>
    public static BackupStoreException Of(Exception exception, string what) => exception switch
    {
        // What the client throws after its last attempt holds each of them.
        AggregateException { InnerExceptions: [.., var last] } => Of(last, what),
        RequestFailedException failure => Of(failure, what),
        AuthenticationFailedException => new(
            BackupStoreFailure.Refused, $"No identity could be had to reach {what} in the blob store.", exception),
        OperationCanceledException => new(
            BackupStoreFailure.Unavailable, $"The blob store did not answer in time ({what}).", exception),
        _ => new(BackupStoreFailure.Unavailable, $"The blob store can't be reached ({what}).", exception),
    };

    private static BackupStoreException Of(RequestFailedException failure, string what) => failure.ErrorCode switch
    {
        "BlobImmutableDueToPolicy" or "BlobImmutableDueToLegalHold" =>
            new(
                BackupStoreFailure.Immutable,
                $"{what} is kept as it is by an immutability policy or a legal hold.",
                failure),
        "BlobAlreadyExists" or "UnauthorizedBlobOverwrite" =>
            new(BackupStoreFailure.Exists, $"There is an object {what} already.", failure),
        "ContainerNotFound" or "ContainerBeingDeleted" or "ContainerDisabled" => new(
            BackupStoreFailure.Unavailable,
            "The blob container that Backups:Store:Url names is not there: make it, or mend the address.",
            failure),
        "Md5Mismatch" or "Crc64Mismatch" =>
            new(
                BackupStoreFailure.Unavailable,
                $"{what} was damaged on its way to the blob store, again and again.",
                failure),
        _ => failure.Status switch
        {
            401 or 403 => new(
                BackupStoreFailure.Refused,
                $"The blob store refuses the credentials, or they may not do this with {what}{Code(failure)}.",
                failure),
            404 => new(BackupStoreFailure.Missing, $"There is no {what}.", failure),
            412 => new(BackupStoreFailure.Exists, $"There is an object {what} already.", failure),
            507 => new(BackupStoreFailure.Full, $"No room is left in the store for {what}.", failure),
            Silence => new(BackupStoreFailure.Unavailable, $"The blob store can't be reached ({what}).", failure),
            _ => new(
                BackupStoreFailure.Unavailable,
                $"The blob store answered {failure.Status} to {what}{Code(failure)}.",
                failure),
        },
    };

    public static bool IsDamagedOnItsWay(RequestFailedException failure) =>
        failure.ErrorCode is "Md5Mismatch" or "Crc64Mismatch";

    public static bool IsMissingBlob(RequestFailedException failure) =>
        failure.Status == 404 && failure.ErrorCode != BlobErrorCode.ContainerNotFound;

    private static string Code(RequestFailedException failure) => failure.ErrorCode is { } code ? $" ({code})" : "";
}
