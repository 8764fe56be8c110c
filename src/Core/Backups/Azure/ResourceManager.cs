using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;

namespace RecoveryOS.Core.Backups.Azure;

/// <summary>
/// Azure Resource Manager over HTTP: reads, and changes that are waited for. Throttling (429) and passing faults are
/// tried again by the pipeline, as <c>Retry-After</c> asks.
/// </summary>
public sealed class ResourceManager
{
    private const string ApiVersion = "2024-08-01";
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(15);

    private readonly Uri management;
    private readonly HttpPipeline pipeline;
    private readonly TimeProvider time;

    /// <param name="credential">Not used with a simulator on this machine: no token goes out over plain HTTP.</param>
    public ResourceManager(Uri management, TokenCredential credential, TimeProvider time)
    {
        this.management = management;
        this.time = time;
        var isSimulator = management.Scheme == Uri.UriSchemeHttp && management.IsLoopback;
        if (management.Scheme != Uri.UriSchemeHttps && !isSimulator)
            throw new BackupException("azure_not_secure", "Backups:Azure:ManagementUrl must be https.");

        var options = new ResourceManagerOptions();
        options.Retry.MaxRetries = 5;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(60);
        pipeline = HttpPipelineBuilder.Build(
            options,
            isSimulator
                ? []
                : [new BearerTokenAuthenticationPolicy(credential, "https://management.azure.com/.default")]);
    }

    /// <summary>Null: there is no such resource.</summary>
    /// <exception cref="BackupException"><c>azure_refused</c>.</exception>
    public async Task<JsonElement?> FindAsync(string resource, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(RequestMethod.Get, At(resource), null, cancellationToken);
        return answer.Status switch
        {
            200 => answer.Body,
            404 => null,
            _ => throw answer.Refusal($"read {Name(resource)}"),
        };
    }

    /// <summary>Of a list, page after page.</summary>
    /// <exception cref="BackupException"><c>azure_refused</c>.</exception>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string resources, CancellationToken cancellationToken)
    {
        List<JsonElement> all = [];
        for (var page = At(resources); page is not null;)
        {
            var answer = await SendAsync(RequestMethod.Get, page, null, cancellationToken);
            if (answer is not { Status: 200, Body: { } body })
                throw answer.Refusal($"list {Name(resources)}");
            all.AddRange(body.GetProperty("value").EnumerateArray());
            page = body.TryGetProperty("nextLink", out var next)
                && next.GetString() is { Length: > 0 } link
                ? Ours(link)
                : null;
        }

        return all;
    }

    /// <summary>Makes a resource, and waits until it is there.</summary>
    /// <exception cref="BackupException"><c>azure_refused</c>, <c>azure_failed</c>.</exception>
    public async Task CreateAsync(string resource, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(RequestMethod.Put, At(resource), body, cancellationToken);
        if (answer.Status is not (200 or 201 or 202))
            throw answer.Refusal($"make {Name(resource)}");
        await WaitAsync(answer, $"make {Name(resource)}", cancellationToken);
    }

    /// <summary>Deletes a resource, and waits until that is done; one that is not there is no error.</summary>
    /// <exception cref="BackupException">
    /// <c>azure_locked</c>: a lock keeps it; <c>azure_refused</c>, <c>azure_failed</c>.
    /// </exception>
    public async Task DeleteAsync(string resource, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(RequestMethod.Delete, At(resource), null, cancellationToken);
        while (answer is { Status: 409, IsLocked: false })
        {
            // It is still being made: a test may end while it is.
            await Task.Delay(answer.RetryAfter ?? DefaultPause, time, cancellationToken);
            answer = await SendAsync(RequestMethod.Delete, At(resource), null, cancellationToken);
        }

        if (answer.Status is 404)
            return;
        if (answer.Status is not (200 or 202 or 204))
            throw answer.Refusal($"delete {Name(resource)}");
        await WaitAsync(answer, $"delete {Name(resource)}", cancellationToken);
    }

    /// <summary>By the operation's own status where it has one, else until its result is there.</summary>
    private async Task WaitAsync(ResourceAnswer answer, string what, CancellationToken cancellationToken)
    {
        var hasStatus = answer.Operation is not null;
        if ((answer.Operation ?? answer.Location) is not { } address)
            return;

        var operation = Ours(address);
        while (true)
        {
            await Task.Delay(answer.RetryAfter ?? DefaultPause, time, cancellationToken);
            answer = await SendAsync(RequestMethod.Get, operation, null, cancellationToken);
            if (answer.Status is not (200 or 201 or 202 or 204))
                throw answer.Refusal(what);
            switch (hasStatus ? answer.OperationStatus : answer.Status is 202 ? "InProgress" : "Succeeded")
            {
                case "Succeeded":
                    return;
                case "Failed" or "Canceled":
                    throw new BackupException("azure_failed", $"Azure could not {what}: {answer.Error}.");
            }
        }
    }

    private async Task<ResourceAnswer> SendAsync(
        RequestMethod method, Uri address, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        using var message = pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(address);
        message.Request.Headers.Add("Accept", "application/json");
        if (body is { } content)
        {
            message.Request.Headers.Add("Content-Type", "application/json");
            message.Request.Content = RequestContent.Create(content);
        }

        try
        {
            await pipeline.SendAsync(message, cancellationToken);
            return ResourceAnswer.Of(message.Response);
        }
        catch (Exception exception) when (AzureFault.Of(exception, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    private Uri At(string resource) => new(management, $"{resource}?api-version={ApiVersion}");

    /// <summary>Azure names where to ask next; our token goes nowhere but to Azure's own address.</summary>
    private Uri Ours(string address) =>
        Uri.TryCreate(management, address, out var absolute)
        && absolute.Scheme == management.Scheme && absolute.Authority == management.Authority
            ? absolute
            : throw new BackupException("azure_refused", "Azure named an address that is not its own.");

    private static string Name(string resource) => resource[(resource.LastIndexOf('/') + 1)..];

    private sealed class ResourceManagerOptions : ClientOptions;
}
