new App().synth();
