using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>
/// Adds to the end of an append blob exactly once: each attempt names the end that it saw, so one whose answer was lost
/// cannot be repeated behind itself.
/// </summary>
internal sealed class BlobAppend(AppendBlobClient blob)
{
    private const int MaximumAttempts = 100;

    private static readonly UploadTransferValidationOptions Checked =
        new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 };

    public async Task RunAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var bytes = content.ToArray();
        for (var attempt = 1; ; attempt++)
        {
            var end = await EndAsync(cancellationToken);
            try
            {
                await blob.AppendBlockAsync(
                    new MemoryStream(bytes, writable: false),
                    new AppendBlobAppendBlockOptions
                    {
                        Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = end },
                        TransferValidation = Checked,
                    },
                    cancellationToken);
                return;
            }
            catch (RequestFailedException failure)
                when (failure.ErrorCode is "AppendPositionConditionNotMet" && attempt < MaximumAttempts)
            {
                if (await IsThereAsync(bytes, end, cancellationToken))
                    return;
            }
            catch (RequestFailedException failure)
                when (BlobFailure.IsDamagedOnItsWay(failure) && attempt < MaximumAttempts)
            {
            }
        }
    }

    private async Task<long> EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ContentLength;
        }
        catch (RequestFailedException failure) when (BlobFailure.IsMissingBlob(failure))
        {
            await blob.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            return 0;
        }
    }

    private async Task<bool> IsThereAsync(byte[] bytes, long end, CancellationToken cancellationToken)
    {
        var found = await blob.DownloadContentAsync(
            new BlobDownloadOptions { Range = new HttpRange(end, bytes.Length) }, cancellationToken);
        return found.Value.Content.ToMemory().Span.SequenceEqual(bytes);
    }
}
