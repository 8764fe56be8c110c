using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Functions.Access;

namespace RecoveryOS.Functions.Tests;

public sealed partial class OpenApiTests
{
    [Fact]
    public void Contract_names_exactly_the_routes_that_are_served()
    {
        using var document = JsonDocument.Parse(
            typeof(OpenApiFunctions).Assembly.GetManifestResourceStream("openapi.json") ?? Stream.Null);

        var documented = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject()
                .Where(member => member.Name is "get" or "put" or "post" or "patch" or "delete")
                .Select(member => $"{member.Name} {path.Name}"));

        Assert.Equal(Served().Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Served() =>
        from method in AccessRules.Functions()
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where trigger is not null
        from verb in trigger.Methods ?? []
        select $"{verb} /{Constraint().Replace(trigger.Route ?? method.Name, "}")}";

    [GeneratedRegex(@"[:?][^}]*\}")]
    private static partial Regex Constraint();
}
