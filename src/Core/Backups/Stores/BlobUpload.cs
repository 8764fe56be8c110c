using System.Buffers;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>
/// One object on its way into a container: blocks, a few at a time, each with its own checksum, and a list of them that
/// is committed only where there is no such object. Before that nothing is to be seen of it.
/// </summary>
internal sealed class BlobUpload(BlobContainerClient container, string name)
{
    /// <summary>Metadata by which a writer knows its own commit again when the answer to it was lost.</summary>
    private const string Writer = "writer";

    private const int BlockLength = 4 * 1024 * 1024;

    /// <summary>A blob has at most 50,000 blocks: from some number on they are larger, so that 660 GB fit.</summary>
    private const int LargeFrom = 10_000;

    private const int LargeBlockLength = 4 * BlockLength;
    private const int AtOnce = 4;
    private const int MaximumAttempts = 3;

    private static readonly UploadTransferValidationOptions Checked =
        new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 };
    private static readonly BlobRequestConditions OnlyNew = new() { IfNoneMatch = ETag.All };

    private readonly BlockBlobClient blob = container.GetBlockBlobClient(name);
    private readonly string writer = Guid.NewGuid().ToString("N");
    private readonly List<string> blocks = [];
    private readonly Queue<Task> sending = [];

    /// <returns>The length that was written.</returns>
    public async Task<long> RunAsync(Stream content, CancellationToken cancellationToken)
    {
        var first = ArrayPool<byte>.Shared.Rent(BlockLength);
        var length = await FillAsync(content, first, BlockLength, cancellationToken);
        if (length < BlockLength)
        {
            await UploadWholeAsync(first, length, cancellationToken);
            return length;
        }

        // Gigabytes are not sent to hear at their end that the name is taken.
        if (await container.GetBlobClient(name).ExistsAsync(cancellationToken))
            throw new BackupStoreException(BackupStoreFailure.Exists, $"There is an object {name} already.");
        var total = await StageAllAsync(content, first, cancellationToken);
        await CommitAsync(
            () => blob.CommitBlockListAsync(
                blocks,
                new CommitBlockListOptions
                {
                    Conditions = OnlyNew,
                    Metadata = new Dictionary<string, string> { [Writer] = writer },
                },
                cancellationToken),
            cancellationToken);
        return total;
    }

    private async Task UploadWholeAsync(byte[] buffer, int length, CancellationToken cancellationToken)
    {
        try
        {
            await CommitAsync(
                () => blob.UploadAsync(
                    new MemoryStream(buffer, 0, length, writable: false),
                    new BlobUploadOptions
                    {
                        Conditions = OnlyNew,
                        Metadata = new Dictionary<string, string> { [Writer] = writer },
                        TransferValidation = Checked,
                        TransferOptions = new StorageTransferOptions
                        {
                            InitialTransferSize = BlockLength,
                            MaximumTransferSize = BlockLength,
                        },
                    },
                    cancellationToken),
                cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<long> StageAllAsync(Stream content, byte[] first, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var (buffer, length, total) = (first, BlockLength, (long)BlockLength);
            while (true)
            {
                var id = Convert.ToBase64String(
                    [.. Guid.Parse(writer).ToByteArray(), .. BitConverter.GetBytes(blocks.Count)]);
                blocks.Add(id);
                sending.Enqueue(StageAsync(id, buffer, length, stop.Token));
                if (sending.Count >= AtOnce)
                    await sending.Dequeue();

                var wanted = blocks.Count < LargeFrom ? BlockLength : LargeBlockLength;
                buffer = ArrayPool<byte>.Shared.Rent(wanted);
                length = await FillAsync(content, buffer, wanted, cancellationToken);
                if (length == 0)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    break;
                }

                total += length;
            }

            while (sending.Count > 0)
                await sending.Dequeue();
            return total;
        }
        catch
        {
            // Nothing is sent any more when the failure is told; it counts, not those that it caused.
            await stop.CancelAsync();
            await Task.WhenAll(sending).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
    }

    private async Task StageAsync(string id, byte[] buffer, int length, CancellationToken cancellationToken)
    {
        try
        {
            await RetryDamagedAsync(() => blob.StageBlockAsync(
                id,
                new MemoryStream(buffer, 0, length, writable: false),
                new BlockBlobStageBlockOptions { TransferValidation = Checked },
                cancellationToken));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// An answer that was lost makes the client ask again, and then the object is there: by whom is in its metadata.
    /// </summary>
    private async Task CommitAsync(Func<Task<Response<BlobContentInfo>>> commit, CancellationToken cancellationToken)
    {
        try
        {
            await RetryDamagedAsync(commit);
        }
        catch (RequestFailedException failure) when (failure.Status is 409 or 412)
        {
            if (!await IsOwnAsync(cancellationToken))
                throw;
        }
    }

    private async Task<bool> IsOwnAsync(CancellationToken cancellationToken)
    {
        try
        {
            var properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            return properties.Value.Metadata.TryGetValue(Writer, out var found) && found == writer;
        }
        catch (RequestFailedException failure) when (BlobFailure.IsMissingBlob(failure))
        {
            return false;
        }
    }

    private static async Task RetryDamagedAsync<T>(Func<Task<T>> send)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await send();
                return;
            }
            catch (RequestFailedException failure)
                when (BlobFailure.IsDamagedOnItsWay(failure) && attempt < MaximumAttempts)
            {
            }
        }
    }

    private static async Task<int> FillAsync(
        Stream content, byte[] buffer, int wanted, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAtLeastAsync(
                buffer.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, cancellationToken);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }
}
