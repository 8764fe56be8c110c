using System.Reflection;
using System.Runtime.CompilerServices;

namespace FunctionsWorker.Tests.Api;

/// <summary>Writes members as C# declares them.</summary>
internal static class MemberText
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>Null for what nobody outside can see.</summary>
    public static string? Of(MemberInfo member) => member switch
    {
        ConstructorInfo constructor when IsVisible(constructor) && !constructor.IsStatic =>
            $"constructor | {Modifiers(constructor)}{Signature(constructor)}",
        MethodInfo { IsSpecialName: true } method => IsVisible(method)
            && method.Name.StartsWith("op_", StringComparison.Ordinal)
            ? $"operator | {Modifiers(method)}{Signature(method, method.Name)}" : null,
        MethodInfo method when IsVisible(method) =>
            $"{(IsExtension(method) ? "extension method" : "method")} | {Modifiers(method)}"
            + Signature(method, method.Name),
        PropertyInfo property => Property(property),
        FieldInfo field => Field(field),
        EventInfo => throw new NotSupportedException($"{member} is an event."),
        _ => null,
    };

    public static string Signature(MethodInfo method, string name)
    {
        var generic = method.IsGenericMethod
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        return $"{TypeText.Of(method.ReturnType, Nullability.Create(method.ReturnParameter))} {name}{generic}"
            + $"({Parameters(method)}){string.Concat(method.GetGenericArguments().Select(Constraint))}";
    }

    private static string Signature(ConstructorInfo constructor) =>
        $"{TypeText.ShortName(constructor.DeclaringType ?? typeof(object))}({Parameters(constructor)})";

    private static string Parameters(MethodBase method) => (IsExtension(method) ? "this " : "")
        + string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var kind = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var value = parameter.HasDefaultValue ? $" = {Value(parameter.ParameterType, parameter.DefaultValue)}" : "";
        return $"{kind}{TypeText.Of(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Value(Type type, object? value) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        Enum => $"{TypeText.Of(type)}.{value}",
        _ => $"{value}",
    };

    private static string Constraint(Type argument)
    {
        var constraints = argument.GetGenericParameterConstraints().Select(constraint => TypeText.Of(constraint))
            .ToList();
        if (argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            constraints.Insert(0, "class");
        return constraints.Count == 0 ? "" : $" where {argument.Name} : {string.Join(", ", constraints)}";
    }

    private static string? Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToList();
        if (accessors.Count == 0)
            return null;

        var widest = accessors.Find(accessor => accessor.IsPublic) ?? accessors[0];
        var list = accessors
            .OrderBy(accessor => accessor != property.GetMethod)
            .Select(
                accessor => (accessor.IsPublic == widest.IsPublic ? "" : "protected ") + Accessor(accessor, property));
        var type = TypeText.Of(property.PropertyType, Nullability.Create(property));
        return $"property | {Modifiers(widest)}{type} {property.Name} {{ {string.Join(" ", list)} }}";
    }

    private static string Accessor(MethodInfo accessor, PropertyInfo property) =>
        accessor == property.GetMethod ? "get;"
        : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;";

    private static string? Field(FieldInfo field)
    {
        if (field is { IsPublic: false, IsFamily: false, IsFamilyOrAssembly: false } or { IsSpecialName: true })
            return null;
        if (field.DeclaringType is { IsEnum: true })
            return $"enum member | {field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), null)}";

        var type = TypeText.Of(field.FieldType, Nullability.Create(field));
        if (field.IsLiteral)
            return $"field | const {type} {field.Name} = {Value(field.FieldType, field.GetRawConstantValue())}";
        return $"field | {(field.IsPublic ? "" : "protected ")}{(field.IsStatic ? "static " : "")}"
            + $"{(field.IsInitOnly ? "readonly " : "")}{type} {field.Name}";
    }

    private static string Modifiers(MethodBase method)
    {
        var text = method.IsPublic ? "" : "protected ";
        if (method.DeclaringType is { IsInterface: true })
            return text;
        if (method.IsStatic)
            return $"{text}static ";
        if (method.IsAbstract)
            return $"{text}abstract ";
        if (method is MethodInfo info && info.GetBaseDefinition().DeclaringType != method.DeclaringType)
            return $"{text}override ";
        return method is { IsVirtual: true, IsFinal: false } ? $"{text}virtual " : text;
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsExtension(MethodBase method) => method.IsDefined(typeof(ExtensionAttribute));
}
