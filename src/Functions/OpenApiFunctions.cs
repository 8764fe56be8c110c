using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Identity;
using RecoveryOS.Functions.Access;

namespace RecoveryOS.Functions;

/// <summary>The contract, as OpenAPI 3.1.</summary>
public sealed class OpenApiFunctions
{
    [Function(nameof(OpenApi)), Allow(Role.Anyone)]
    public static IResult OpenApi(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) =>
        typeof(OpenApiFunctions).Assembly.GetManifestResourceStream("openapi.json") is { } document
            ? TypedResults.Stream(document, MediaTypeNames.Application.Json)
            : throw new InvalidOperationException("openapi.json is not embedded");
}
