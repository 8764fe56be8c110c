using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Identity;
using RecoveryOS.Functions.Access;

namespace RecoveryOS.Functions.Tests;

public sealed class FunctionTests
{
    public static TheoryData<string> EntryPoints => [.. AccessRules.Functions().Select(AccessRules.EntryPoint)];

    [Theory]
    [MemberData(nameof(EntryPoints))]
    public void Every_function_has_a_rule(string entryPoint) => Assert.NotEmpty(new AccessRules().For(entryPoint));

    [Fact]
    public void All_functions_of_the_assembly_are_known()
    {
        var declared = typeof(AccessRules).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static))
            .Where(method => method.IsDefined(typeof(FunctionAttribute)))
            .Select(AccessRules.EntryPoint);

        Assert.Equal(
            declared.Order(StringComparer.Ordinal), EntryPoints.Select(row => row.Data).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Functions_are_told_apart_by_their_entry_points()
    {
        var entryPoints = EntryPoints.Select(row => row.Data).ToList();

        Assert.Equal(entryPoints.Distinct(), entryPoints);
    }

    [Fact]
    public void Function_is_named_after_its_method() => Assert.All(
        AccessRules.Functions(),
        method => Assert.Equal(method.Name, method.GetCustomAttribute<FunctionAttribute>()?.Name));

    [Fact]
    public void Host_keys_are_asked_for_nowhere() => Assert.All(
        AccessRules.Functions().SelectMany(method => method.GetParameters())
            .Select(Trigger).OfType<HttpTriggerAttribute>(),
        trigger => Assert.Equal(AuthorizationLevel.Anonymous, trigger.AuthLevel));

    [Fact]
    public void Without_a_token_there_is_only_health_and_the_contract() => Assert.Equal(
        ["Healthz", "OpenApi", "Readyz"],
        AccessRules.Functions()
            .Where(method => new AccessRules().For(AccessRules.EntryPoint(method)).Contains(Role.Anyone))
            .Select(method => method.Name)
            .Order(StringComparer.Ordinal));

    [Fact]
    public void Timers_are_for_the_schedule_alone() => Assert.All(
        AccessRules.Functions(),
        method => Assert.Equal(
            method.GetParameters().Any(parameter => parameter.IsDefined(typeof(TimerTriggerAttribute))),
            new AccessRules().For(AccessRules.EntryPoint(method)).Contains(Role.Schedule)));

    [Fact]
    public void Unknown_entry_point_is_for_nobody() =>
        Assert.Empty(new AccessRules().For("RecoveryOS.Functions.Elsewhere.Run"));

    private static HttpTriggerAttribute? Trigger(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<HttpTriggerAttribute>();
}
