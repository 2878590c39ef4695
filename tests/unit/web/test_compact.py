"""Scripts and styles lose their spaces, and nothing of what they do."""

from lazo.web.pages import compact_script, compact_style


def test_a_script_keeps_its_texts_and_its_operators() -> None:
    script = """
      // a comment
      const say = (a, b) => { return a === b ? "a , b ; {" : a - -b; /* another */
      };
      let c = "\\" = ";
    """
    assert compact_script(script) == 'const say=(a,b)=>{return a===b?"a , b ; {":a - -b;};let c="\\" = ";'


def test_a_style_loses_its_spaces() -> None:
    assert compact_style(
        "a, b { color: red;\n  margin: 0 }\n/* c */\n"
    ) == "a,b{color: red;margin: 0}".replace(": ", ":")
