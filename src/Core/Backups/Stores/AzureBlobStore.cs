using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>
/// Objects as blobs of one container. Every request has a time limit and a few attempts with growing, jittered pauses;
/// an object becomes visible by one last request. Immutability policies are the container's, and are respected.
/// </summary>
public sealed class AzureBlobStore : IBackupStore
{
    private readonly BlobContainerClient container;

    internal AzureBlobStore(BlobContainerClient container) => this.container = container;

    /// <param name="options">An address with a shared access signature in it needs no identity.</param>
    public AzureBlobStore(BackupStoreOptions options)
        : this(Open(options, Options()))
    {
    }

    /// <summary>Without what an address may hold of a signature.</summary>
    public string Description => container.Uri.GetLeftPart(UriPartial.Path);

    public async Task<StoredObject> PutAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        // A source that fails with an exception of its own is not the store's failure.
        var source = new SourceStream(content);
        try
        {
            var length = await new BlobUpload(container, ObjectName.Check(name)).RunAsync(source, cancellationToken);
            return await FindAsync(name, cancellationToken) is { } found && found.Length == length
                ? found
                : throw new BackupStoreException(BackupStoreFailure.Damaged, $"{name} is not there as it was written.");
        }
        catch (Exception exception) when (source.Failure is null && BlobFailure.IsOne(exception, cancellationToken))
        {
            var failure = BlobFailure.Of(exception, name);
            // What a policy keeps is there already.
            throw failure.Failure is BackupStoreFailure.Immutable
                ? new BackupStoreException(BackupStoreFailure.Exists, $"There is an object {name} already.", exception)
                : failure;
        }
    }

    public Task AppendAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => AskAsync(
        name,
        async () =>
        {
            await new BlobAppend(container.GetAppendBlobClient(ObjectName.Check(name))).RunAsync(
                content,
                cancellationToken);
            return true;
        },
        cancellationToken);

    public Task<Stream> OpenAsync(string name, CancellationToken cancellationToken) => AskAsync<Stream>(
        name,
        async () => await BlobReadStream.OpenAsync(
            container.GetBlobClient(ObjectName.Check(name)), name, cancellationToken),
        cancellationToken);

    public Task<StoredObject?> FindAsync(string name, CancellationToken cancellationToken) => AskAsync(
        name,
        async () =>
        {
            try
            {
                var found = (await container.GetBlobClient(ObjectName.Check(name))
                    .GetPropertiesAsync(null, cancellationToken)).Value;
                return new StoredObject(name, found.ContentLength, found.LastModified);
            }
            catch (RequestFailedException failure) when (BlobFailure.IsMissingBlob(failure))
            {
                return null;
            }
        },
        cancellationToken);

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var found = container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await AskAsync($"{prefix}*", async () => await found.MoveNextAsync(), cancellationToken))
        {
            var properties = found.Current.Properties;
            yield return new StoredObject(
                found.Current.Name, properties.ContentLength ?? 0, properties.LastModified ?? DateTimeOffset.UnixEpoch);
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => AskAsync(
        name,
        async () =>
        {
            try
            {
                await container.GetBlobClient(ObjectName.Check(name))
                    .DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, null, cancellationToken);
                return true;
            }
            catch (RequestFailedException failure) when (BlobFailure.IsMissingBlob(failure))
            {
                return false;
            }
        },
        cancellationToken);

    internal static BlobClientOptions Options() => new()
    {
        Retry =
        {
            Mode = RetryMode.Exponential,
            MaxRetries = 4,
            Delay = TimeSpan.FromMilliseconds(500),
            MaxDelay = TimeSpan.FromSeconds(8),
            NetworkTimeout = TimeSpan.FromSeconds(60),
        },
    };

    internal static BlobContainerClient Open(BackupStoreOptions options, BlobClientOptions client)
    {
        var address = new Uri(options.Url);
        if (options.ConnectionString is not "")
            return new BlobContainerClient(
                options.ConnectionString, new BlobUriBuilder(address).BlobContainerName, client);

        return address.Query is { Length: > 1 }
            ? new BlobContainerClient(address, client)
            : new BlobContainerClient(address, new DefaultAzureCredential(), client);
    }

    private static async Task<T> AskAsync<T>(string name, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (BlobFailure.IsOne(exception, cancellationToken))
        {
            throw BlobFailure.Of(exception, name);
        }
    }
}
