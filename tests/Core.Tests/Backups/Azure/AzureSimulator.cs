using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace RecoveryOS.Core.Tests.Backups.Azure;

/// <summary>Azure Resource Manager for Flexible Servers, as far as a restore needs it, over real HTTP.</summary>
internal sealed class AzureSimulator : IAsyncDisposable
{
    public const string Group =
        "/subscriptions/0f0f/resourceGroups/clinic/providers/Microsoft.DBforPostgreSQL/flexibleServers";

    public const string SourceId = $"{Group}/clinic-db";

    private readonly ConcurrentDictionary<string, JsonNode> servers = new(StringComparer.OrdinalIgnoreCase);
    private LocalServer? server;
    private int polls;
    private int throttled;

    /// <summary>Method and path of each request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public bool SawToken { get; private set; }

    /// <summary>What was asked to be made.</summary>
    public JsonNode? Made { get; private set; }

    /// <summary>Host and port at which restored servers answer.</summary>
    public string RestoredHost { get; set; } = "";

    /// <summary>How many requests are answered 429 before any is done.</summary>
    public int Throttles { get; set; }

    /// <summary>How often an operation is asked for before it ends; null: it never does.</summary>
    public int? Polls { get; set; } = 2;

    public int RetryAfterSeconds { get; set; }

    public bool FailsToRestore { get; set; }

    public bool IsLocked { get; set; }

    public bool OnlySaysThatItDeleted { get; set; }

    /// <summary>Another place that operations are said to be at.</summary>
    public string? OperationsAt { get; set; }

    public string Address => server?.Address ?? throw new InvalidOperationException("It does not run.");

    public IEnumerable<string> Servers => servers.Keys.Order(StringComparer.Ordinal);

    public static async Task<AzureSimulator> StartAsync(CancellationToken cancellationToken)
    {
        var simulator = new AzureSimulator();
        simulator.server = await LocalServer.StartAsync(simulator.AnswerAsync, cancellationToken);
        return simulator;
    }

    /// <param name="subnet">Null: a public address.</param>
    public void AddSource(DateTimeOffset earliest, string? subnet = "/subscriptions/0f0f/subnets/data")
    {
        var network = new JsonObject { ["publicNetworkAccess"] = subnet is null ? "Enabled" : "Disabled" };
        if (subnet is not null)
        {
            network["delegatedSubnetResourceId"] = subnet;
            network["privateDnsZoneArmResourceId"] = "/subscriptions/0f0f/privateDnsZones/clinic";
        }

        servers[SourceId] = new JsonObject
        {
            ["id"] = SourceId,
            ["name"] = "clinic-db",
            ["location"] = "canadacentral",
            ["properties"] = new JsonObject
            {
                ["fullyQualifiedDomainName"] = "source.invalid",
                ["backup"] = new JsonObject { ["earliestRestoreDate"] = earliest.ToString("O") },
                ["network"] = network,
            },
        };
    }

    public void AddRestored(string name, Guid test, DateTimeOffset expires) =>
        servers[$"{Group}/{name}"] = new JsonObject
        {
            ["id"] = $"{Group}/{name}",
            ["name"] = name,
            ["location"] = "canadacentral",
            ["tags"] = new JsonObject
            {
                ["recoveryos-source"] = "clinic-db",
                ["recoveryos-test"] = test.ToString(),
                ["recoveryos-expires"] = expires.ToString("O"),
            },
        };

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, path) = (context.Request, context.Request.Path.Value ?? "");
        Requests.Enqueue($"{request.Method} {path[(path.LastIndexOf('/') + 1)..]}");
        SawToken |= request.Headers.ContainsKey("Authorization");
        context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        if (Interlocked.Increment(ref throttled) <= Throttles)
            await ErrorAsync(context, 429, "TooManyRequests", "Slow down");
        else if (path == "/operations/1")
            await OperationAsync(context);
        else if (request.Query["api-version"] != "2024-08-01")
            await ErrorAsync(context, 400, "InvalidApiVersion", "No such version");
        else if (path == Group)
            await ListAsync(context);
        else
        {
            await (request.Method switch
            {
                "PUT" => PutAsync(context, path),
                "DELETE" => DeleteAsync(context, path),
                _ => GetAsync(context, path),
            });
        }
    }

    private Task GetAsync(HttpContext context, string path) => servers.TryGetValue(path, out var found)
        ? WriteAsync(context, 200, found)
        : ErrorAsync(context, 404, "ResourceNotFound", "There is none");

    /// <summary>A server a page.</summary>
    private Task ListAsync(HttpContext context)
    {
        var page = int.TryParse(context.Request.Query["page"], out var asked) ? asked : 0;
        var all = Servers.ToList();
        var body = new JsonObject { ["value"] = new JsonArray(servers[all[page]].DeepClone()) };
        if (page + 1 < all.Count)
            body["nextLink"] = $"{Address}{Group}?api-version=2024-08-01&page={page + 1}";
        return WriteAsync(context, 200, body);
    }

    private async Task PutAsync(HttpContext context, string path)
    {
        Made = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        polls = 0;
        servers[path] = new JsonObject
        {
            ["id"] = path,
            ["name"] = path[(path.LastIndexOf('/') + 1)..],
            ["location"] = Made?["location"]?.DeepClone(),
            ["tags"] = Made?["tags"]?.DeepClone(),
            ["properties"] = new JsonObject { ["fullyQualifiedDomainName"] = RestoredHost },
        };
        Accept(context);
    }

    private Task DeleteAsync(HttpContext context, string path)
    {
        if (IsLocked)
            return ErrorAsync(
                context, 409, "ScopeLocked", "The scope cannot perform delete operation because it is locked");
        if (!servers.ContainsKey(path))
            return ErrorAsync(context, 404, "ResourceNotFound", "There is none");
        if (!OnlySaysThatItDeleted)
            servers.TryRemove(path, out _);
        polls = 0;
        FailsToRestore = false;
        Polls ??= 1;
        Accept(context);
        return Task.CompletedTask;
    }

    private void Accept(HttpContext context)
    {
        context.Response.StatusCode = 202;
        context.Response.Headers["Azure-AsyncOperation"] =
            $"{OperationsAt ?? Address}/operations/1?api-version=2024-08-01";
    }

    private Task OperationAsync(HttpContext context)
    {
        var isOver = Polls is { } most && Interlocked.Increment(ref polls) > most;
        var body = new JsonObject { ["status"] = !isOver ? "InProgress" : FailsToRestore ? "Failed" : "Succeeded" };
        if (isOver && FailsToRestore)
            body["error"] = new JsonObject { ["code"] = "RestoreFailed", ["message"] = "The backup is not available." };
        return WriteAsync(context, 200, body);
    }

    private static Task ErrorAsync(HttpContext context, int status, string code, string message) =>
        WriteAsync(
            context, status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } });

    private static Task WriteAsync(HttpContext context, int status, JsonNode body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
