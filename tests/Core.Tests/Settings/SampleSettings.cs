using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Tests.Settings;

/// <summary>The sample beside the solution, and the settings that the code binds.</summary>
internal static class SampleSettings
{
    /// <summary>Names as in the environment → values.</summary>
    public static IReadOnlyDictionary<string, string?> Values { get; } = Read();

    /// <summary>The product's services over these settings.</summary>
    public static ServiceProvider Services(IEnumerable<KeyValuePair<string, string?>> settings) => Registrations()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(pair =>
                KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), pair.Value)))
            .Build())
        .BuildServiceProvider();

    /// <summary>The options classes of Core that are bound to configuration, as the container tells.</summary>
    public static IReadOnlyList<Type> OptionsClasses() =>
        [.. Registrations()
            .Select(service => service.ServiceType)
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IOptionsChangeTokenSource<>))
            .Select(type => type.GenericTypeArguments[0])
            .Where(type => type.Assembly == typeof(CoreServices).Assembly)
            .Distinct()];

    /// <summary>The constant <c>Section</c>, which the class is bound by; null where it has none.</summary>
    public static string? SectionOf(Type options) =>
        options.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true } section
            ? section.GetRawConstantValue() as string
            : null;

    private static IServiceCollection Registrations() => new ServiceCollection().AddLogging().AddRecoveryOS();

    private static Dictionary<string, string?> Read()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "local.settings.sample.json");
        using var sample = JsonDocument.Parse(File.ReadAllText(path));
        return sample.RootElement.GetProperty(nameof(Values)).EnumerateObject()
            .ToDictionary(value => value.Name, value => value.Value.GetString());
    }
}
