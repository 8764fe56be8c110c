using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Stores;

/// <summary>Stores in Azurite whose requests pass through a handler, and that try again without long pauses.</summary>
internal static class BlobStores
{
    /// <param name="limit">Of the wait for an answer; null: the store's own.</param>
    public static async Task<AzureBlobStore> CreateAsync(
        AzuriteFixture azurite, AnsweringHandler handler, TimeSpan? limit = null)
    {
        var stop = TestContext.Current.CancellationToken;
        var container = await azurite.ContainerAsync(stop);
        await new BlobContainerClient(container.ConnectionString, container.Name).CreateAsync(cancellationToken: stop);
        var options = AzureBlobStore.Options();
        options.Retry.Delay = TimeSpan.FromMilliseconds(10);
        options.Retry.MaxDelay = TimeSpan.FromMilliseconds(20);
        options.Retry.NetworkTimeout = limit ?? options.Retry.NetworkTimeout;
        options.Transport = new HttpClientTransport(handler);
        return new AzureBlobStore(AzureBlobStore.Open(
            new BackupStoreOptions { Url = container.Url, ConnectionString = container.ConnectionString }, options));
    }
}
